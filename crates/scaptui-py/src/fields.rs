//! The field table as frozen rows.

use pyo3::prelude::*;
use scap_format::tables::ParamType;
use scap_inspect::fields::{Argument, ArgumentForm, FieldInfo, Mark};

/// One row of the field table.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Field(&'static FieldInfo);

#[pymethods]
impl Field {
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name
    }
    #[getter]
    fn usage(&self) -> String {
        self.0.usage()
    }
    #[getter]
    fn kind(&self) -> &'static str {
        kind(self.0.ty)
    }
    #[getter]
    fn bits(&self) -> u8 {
        bits(self.0.ty)
    }
    #[getter]
    fn argument(&self) -> &'static str {
        match self.0.argument {
            Argument::None => "none",
            Argument::Optional(_) => "optional",
            Argument::Required(_) => "required",
        }
    }
    #[getter]
    fn argument_form(&self) -> &'static str {
        match self.0.argument.form() {
            None => "",
            Some(ArgumentForm::Index) => "index",
            Some(ArgumentForm::Name) => "name",
            Some(ArgumentForm::IndexOrName) => "index-or-name",
            Some(ArgumentForm::Dotted) => "dotted",
            Some(ArgumentForm::Time) => "time",
            Some(ArgumentForm::OneOf(_)) => "one-of",
        }
    }
    #[getter]
    fn argument_words(&self) -> Vec<&'static str> {
        match self.0.argument.form() {
            Some(ArgumentForm::OneOf(words)) => words.to_vec(),
            _ => Vec::new(),
        }
    }
    #[getter]
    fn is_list(&self) -> bool {
        self.0.is_list()
    }
    #[getter]
    fn filter_only(&self) -> bool {
        self.0.is_filter_only()
    }
    #[getter]
    fn print_only(&self) -> bool {
        self.0.is_print_only()
    }
    #[getter]
    fn hidden(&self) -> bool {
        self.0.is_hidden()
    }
    #[getter]
    fn comparable(&self) -> bool {
        !self.0.has(Mark::NO_RHS)
    }
    #[getter]
    fn transformable(&self) -> bool {
        !self.0.has(Mark::NO_TRANSFORMER)
    }
    #[getter]
    fn doc(&self) -> &'static str {
        self.0.doc
    }
    fn __repr__(&self) -> String {
        format!("<Field {}>", self.0.usage())
    }
}

/// The type of a field's values in one word.
fn kind(ty: ParamType) -> &'static str {
    use ParamType as T;
    match ty {
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::Errno | T::Fd | T::Pid | T::Fd32 | T::Pid32 => "int",
        T::Port => "port",
        T::Bool => "bool",
        T::FsPath | T::FsRelPath => "path",
        T::ByteBuf => "bytes",
        T::Ipv4Addr | T::Ipv6Addr | T::IpAddr => "ip",
        T::Ipv4Net | T::Ipv6Net | T::IpNet => "net",
        T::Double => "double",
        T::AbsTime => "time",
        T::RelTime => "duration",
        T::Mode => "mode",
        T::None | T::Dyn => "dynamic",
        T::CharBuf | T::SockAddr | T::SockTuple | T::FdList | T::CharBufArray | T::CharBufPairArray => "text",
        T::Uint8
        | T::Uint16
        | T::Uint32
        | T::Uint64
        | T::SyscallId
        | T::SigType
        | T::L4Proto
        | T::SockFamily
        | T::Flags8
        | T::Flags16
        | T::Flags32
        | T::Uid
        | T::Gid
        | T::SigSet
        | T::EnumFlags8
        | T::EnumFlags16
        | T::EnumFlags32 => "uint",
    }
}

/// How wide the whole numbers of a type are.
fn bits(ty: ParamType) -> u8 {
    use ParamType as T;
    match ty {
        T::Int8 | T::Uint8 | T::Flags8 | T::EnumFlags8 | T::SigType | T::L4Proto => 8,
        T::Int16 | T::Uint16 | T::Flags16 | T::EnumFlags16 | T::SyscallId | T::Port => 16,
        T::Int32 | T::Uint32 | T::Flags32 | T::EnumFlags32 | T::Fd32 | T::Pid32 | T::Uid | T::Gid | T::Mode => 32,
        _ => 64,
    }
}

/// Every field, in the order of their names.
#[pyfunction]
pub(crate) fn fields() -> Vec<Field> {
    scap_inspect::fields::fields().iter().map(Field).collect()
}
