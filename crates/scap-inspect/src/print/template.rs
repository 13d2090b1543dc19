//! Output formats as sysdig writes them: `*%evt.num %evt.outputtime %20proc.name %evt.info`.

use crate::fields::{lookup, nearest, Arg, Field, FieldError, FieldRef};

/// A compiled format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Text and fields in order.
    pub items: Vec<Item>,
    /// Begins with `*`: events that lack a field are written too, with `<NA>`.
    pub lenient: bool,
}

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Text, written as it is.
    Text(Vec<u8>),
    /// A field, padded or cut to a width in characters.
    Field(FieldRef, Option<usize>),
}

/// Why a text is no format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong, one line.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Where in the text, in bytes.
    pub at: usize,
}

/// Wider columns are refused: a format is no way to ask for gigabytes of blanks.
const WIDEST: usize = 10_000;

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

impl Template {
    /// Compiles a format.
    ///
    /// # Errors
    /// A `%` that no field follows.
    pub fn new(text: &str) -> Result<Self, TemplateError> {
        let (lenient, body) = text.strip_prefix('*').map_or((false, text), |body| (true, body));
        let offset = text.len() - body.len();
        let mut items = Vec::new();
        let mut rest = body;
        while let Some(percent) = rest.find('%') {
            push_text(&mut items, &rest[..percent]);
            let at = offset + body.len() - rest.len() + percent;
            let behind = &rest[percent + 1..];
            if let Some(after) = behind.strip_prefix('%') {
                push_text(&mut items, "%");
                rest = after;
                continue;
            }
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            let width = width_of(&behind[..digits], at)?;
            let (field, length) = field_at(&behind[digits..], at)?;
            items.push(Item::Field(field, width));
            rest = &behind[digits + length..];
        }
        push_text(&mut items, rest);
        Ok(Template { items, lenient })
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &FieldRef> {
        self.items.iter().filter_map(|item| match item {
            Item::Field(field, _) => Some(field),
            Item::Text(_) => None,
        })
    }
}

fn push_text(items: &mut Vec<Item>, text: &str) {
    match items.last_mut() {
        _ if text.is_empty() => {}
        Some(Item::Text(last)) => last.extend_from_slice(text.as_bytes()),
        _ => items.push(Item::Text(text.as_bytes().to_vec())),
    }
}

fn width_of(digits: &str, at: usize) -> Result<Option<usize>, TemplateError> {
    if digits.is_empty() {
        return Ok(None);
    }
    let width = digits.parse().ok().filter(|width| *width <= WIDEST);
    width.map(Some).ok_or_else(|| TemplateError {
        message: format!("a column of {digits} characters is too wide"),
        hint: format!("{WIDEST} are the most"),
        at,
    })
}

/// The longest field that the text begins with, and its length.
fn field_at(text: &str, at: usize) -> Result<(FieldRef, usize), TemplateError> {
    let name = text.bytes().take_while(|byte| is_name_byte(*byte)).count();
    if text[name..].starts_with('[') {
        if let Some(end) = text[name..].find(']') {
            let length = name + end + 1;
            return found(&text[..length], at).map(|field| (field, length));
        }
    }
    let mut length = name;
    let mut first = None;
    while length > 0 {
        match found(&text[..length], at) {
            Ok(field) => return Ok((field, length)),
            Err(error) => first = first.or(Some(error)),
        }
        // A full stop behind a field ends a sentence.
        length = text[..length].rfind('.').unwrap_or(0);
    }
    Err(first.unwrap_or_else(|| TemplateError {
        message: "a % must be followed by a field".into(),
        hint: "write %% for a percent sign; `scaptui fields` lists the fields".into(),
        at,
    }))
}

fn found(text: &str, at: usize) -> Result<FieldRef, TemplateError> {
    field_ref(text).map_err(|(message, hint)| TemplateError { message, hint, at })
}

/// A field by its text; else what is wrong and what to do.
pub fn field_ref(text: &str) -> Result<FieldRef, (String, String)> {
    let (field, arg): (_, Option<Arg>) = lookup(text).map_err(|error| {
        let hint = match &error {
            FieldError::Unknown { name, .. } => nearest(name).first().map(|nearest| format!("did you mean {nearest}?")),
            other => other.hint(),
        };
        let hint = hint.unwrap_or_else(|| "`scaptui fields` lists the fields".into());
        (error.to_string(), hint)
    })?;
    if field == Field::EvtAround {
        return Err((
            format!("\"{field}\" can be filtered by, not shown"),
            "`scaptui fields` says which can be shown".into(),
        ));
    }
    Ok(FieldRef { field, arg })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Field;

    #[test]
    fn a_format_is_text_and_fields() {
        let template = Template::new("*%evt.num (%20proc.name)").unwrap();
        assert!(template.lenient);
        assert_eq!(
            template.items,
            [
                Item::Field(FieldRef { field: Field::EvtNum, arg: None }, None),
                Item::Text(b" (".to_vec()),
                Item::Field(FieldRef { field: Field::ProcName, arg: None }, Some(20)),
                Item::Text(b")".to_vec()),
            ]
        );
    }

    #[test]
    fn a_full_stop_behind_a_field_is_text() {
        let template = Template::new("%evt.type. %proc.aname[2].%%").unwrap();
        assert_eq!(template.fields().count(), 2);
        assert_eq!(template.items.last(), Some(&Item::Text(b".%".to_vec())));
    }

    #[test]
    fn an_unknown_field_is_named_with_the_nearest() {
        let error = Template::new("x %proc.nam").unwrap_err();
        assert_eq!((error.at, error.hint.as_str()), (2, "did you mean proc.name?"));
        assert!(Template::new("100%").is_err());
        assert!(Template::new("%99999999999999999999evt.num").is_err());
    }
}
