//! Filters over the store: each test is decided once per context, descriptor record or event type where its fields
//! allow it, and event by event only where they do not; the cheap tests go first.

use std::sync::Arc;

use scap_format::tables::{event_info, ParamType};

use crate::clock::Zone;
use crate::convert::program;
use crate::fields::{Arg, EventAt, Field, FieldError, FieldRef, Scope};
use crate::query::wire::{self, Resolve};
use crate::query::{Expr, Operand, Test};
use crate::state::fds::FdId;
use crate::state::{id, ContextId};
use crate::store::bits::Bits;
use crate::store::bytes::Windows;
use crate::store::columns::{Chunk, Kind, Row};
use crate::store::Store;
use crate::value::Value;

/// A filter, ready to be asked. Copies share what was compiled.
#[derive(Clone, Debug)]
pub struct Filter {
    root: Arc<Node>,
    leaves: usize,
}

#[derive(Debug)]
enum Node {
    All,
    And(Vec<Node>),
    Or(Vec<Node>),
    Xor(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Leaf(Box<Leaf>),
}

/// One test, with what its answer depends on.
#[derive(Debug)]
struct Leaf {
    test: LeafTest,
    depends: Depends,
    /// The parameter without which the test cannot hold.
    needs: Option<String>,
    slot: usize,
}

#[derive(Debug)]
enum LeafTest {
    Test(Box<Test<FieldRef>>),
    Exists(Operand<FieldRef>),
}

/// What the answer of a test depends on, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depends {
    /// The event's kind.
    Kind,
    /// The event's kind, but for types whose name is in a parameter.
    Name,
    /// The event's context.
    Context,
    /// The event's descriptor record.
    Fd,
    /// The event's error number, and whether its type names errors.
    Errno,
    /// The event's columns.
    Row,
    /// The event's bytes.
    Bytes,
}

struct Fields;

impl Resolve for Fields {
    type Field = FieldRef;

    fn field(&self, name: &str, arg: Option<&str>) -> Result<FieldRef, String> {
        let (field, arg) = crate::fields::resolve(name, arg).map_err(|error: FieldError| error.to_string())?;
        if field.info().is_print_only() {
            return Err(format!("\"{field}\" can be shown, not filtered by"));
        }
        Ok(FieldRef { field, arg })
    }
}

/// Fields with [`Scope::Event`] that need nothing but columns and state.
fn reads_columns_only(field: Field) -> bool {
    use Field as F;
    let name = field.name();
    let timed = ["evt.time", "evt.rawtime", "evt.reltime", "evt.deltatime", "evt.datetime", "evt.latency"];
    matches!(
        field,
        F::EvtNum
            | F::EvtCpu
            | F::EvtFailed
            | F::EvtRes
            | F::EvtCategory
            | F::EvtWaitLatency
            | F::EvtAround
            | F::EvtHostname
            | F::EvtSource
            | F::EvtIsSyslog
            | F::EvtOutputtime
    ) || timed.iter().any(|class| name.starts_with(class))
        || name.starts_with("evt.count")
        || (name.starts_with("fd.") && !name.ends_with("_layer"))
        || (name.starts_with("proc.") || name.starts_with("user."))
        || (name.starts_with("container.") || name.starts_with("k8s.") || name.starts_with("group."))
        || (name.starts_with("thread.") && !name.starts_with("thread.cpu"))
}

/// What the value of a field depends on.
pub(crate) fn depends_of(field: &FieldRef) -> Depends {
    match field.field.info().scope {
        Scope::Type => Depends::Kind,
        Scope::Thread => Depends::Context,
        Scope::Fd => Depends::Fd,
        Scope::Event if matches!(field.field, Field::EvtType | Field::SyscallType | Field::EvtAsynctype) => {
            Depends::Name
        }
        Scope::Event if matches!(field.field, Field::EvtFailed | Field::EvtRes) => Depends::Errno,
        Scope::Event if reads_columns_only(field.field) => Depends::Row,
        Scope::Event => Depends::Bytes,
    }
}

/// Whether the value of a field is looked for in the event's bytes.
pub fn needs_bytes(field: Field) -> bool {
    let depends = depends_of(&FieldRef { field, arg: None });
    matches!(depends, Depends::Bytes | Depends::Name)
}

/// Which events' bytes the value of a field is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reads {
    /// None.
    Nothing,
    /// The event's own.
    Own,
    /// Those of its enter event, too.
    Pair,
}

/// What has to be read of an event to show a field of it.
pub(crate) fn reads(field: Field, store: &Store) -> Reads {
    use Field as F;
    match field {
        F::UtilCnt => Reads::Nothing,
        F::EvtType | F::SyscallType | F::EvtAsynctype | F::EvtBuffer | F::EvtRawres => Reads::Own,
        // Exits of old recorders speak for themselves alone.
        F::EvtArgs | F::EvtInfo | F::EvtArg | F::EvtRawarg if !store.is_self_contained => Reads::Own,
        field if needs_bytes(field) => Reads::Pair,
        _ => Reads::Nothing,
    }
}

impl LeafTest {
    fn depends(&self) -> Depends {
        let mut all: Vec<Depends> = Vec::new();
        let mut see = |field: &FieldRef| all.push(depends_of(field));
        match self {
            LeafTest::Test(test) => test.visit_fields(&mut |field| see(field)),
            LeafTest::Exists(operand) => operand.visit_fields(&mut |field| see(field)),
        }
        let Some(first) = all.first().copied() else { return Depends::Kind };
        if all.iter().all(|depends| *depends == first) {
            return first;
        }
        let bytes = all.iter().any(|depends| matches!(depends, Depends::Bytes | Depends::Name));
        if bytes {
            Depends::Bytes
        } else {
            Depends::Row
        }
    }

    /// The parameter without which the tested field is absent, and so the test false.
    fn needs(&self) -> Option<String> {
        let operand = match self {
            LeafTest::Test(test) => &test.left,
            LeafTest::Exists(operand) => operand,
        };
        let operand = if let Operand::Slice(of, _) = operand { of } else { operand };
        let Operand::Field(field) = operand else { return None };
        match (field.field, &field.arg) {
            (Field::EvtBuffer, _) => Some("data".into()),
            (Field::EvtArg | Field::EvtRawarg, Some(Arg::Name(name))) => Some(name.to_string()),
            _ => None,
        }
    }

    fn holds(&self, event: &EventAt<'_>) -> bool {
        let get = |field: &FieldRef| -> Option<Value<'_>> { event.value(field.field, field.arg.as_ref()) };
        match self {
            LeafTest::Test(test) => test.matches(&get),
            LeafTest::Exists(operand) => operand.exists(&get),
        }
    }
}

impl Node {
    fn new(expr: Expr<FieldRef>, leaves: &mut usize) -> Self {
        let mut leaf = |test: LeafTest| {
            let slot = *leaves;
            *leaves += 1;
            Node::Leaf(Box::new(Leaf { depends: test.depends(), needs: test.needs(), test, slot }))
        };
        match expr {
            Expr::All => Node::All,
            Expr::Test(test) => leaf(LeafTest::Test(test)),
            Expr::Exists(operand) => leaf(LeafTest::Exists(operand)),
            Expr::Not(part) => Node::Not(Box::new(Node::new(*part, leaves))),
            Expr::Xor(a, b) => Node::Xor(Box::new(Node::new(*a, leaves)), Box::new(Node::new(*b, leaves))),
            Expr::And(parts) => Node::And(Node::sorted(parts, leaves)),
            Expr::Or(parts) => Node::Or(Node::sorted(parts, leaves)),
        }
    }

    fn sorted(parts: Vec<Expr<FieldRef>>, leaves: &mut usize) -> Vec<Node> {
        let mut nodes: Vec<Node> = parts.into_iter().map(|part| Node::new(part, leaves)).collect();
        nodes.sort_by_key(Node::cost);
        nodes
    }

    fn cost(&self) -> Depends {
        match self {
            Node::All => Depends::Kind,
            Node::Leaf(leaf) => leaf.depends,
            Node::Not(part) => part.cost(),
            Node::Xor(a, b) => a.cost().max(b.cost()),
            Node::And(parts) | Node::Or(parts) => parts.iter().map(Node::cost).max().unwrap_or(Depends::Kind),
        }
    }
}

impl Filter {
    /// Compiles a filter from its wire form (JSON text).
    ///
    /// # Errors
    /// One line: what is wrong with the text, or with what a field is compared with.
    pub fn new(wire: &str) -> Result<Self, String> {
        let expr = wire::parse(wire, &Fields).map_err(|error| error.to_string())?;
        let mut leaves = 0;
        let root = Node::new(expr, &mut leaves);
        Ok(Filter { root: Arc::new(root), leaves })
    }

    /// Whether a test looks at events' bytes.
    pub fn reads_bytes(&self) -> bool {
        self.root.cost() == Depends::Bytes
    }

    /// The filter that selects every event.
    pub fn all() -> Self {
        Filter { root: Arc::new(Node::All), leaves: 0 }
    }
}

/// Answers found so far, so that no test is decided twice for the same thing.
#[derive(Debug)]
pub struct Asker {
    memos: Vec<Memo>,
    /// Whether the results of a kind of events are called by their error's names.
    naming: Memo,
    windows: Windows,
    zone: Zone,
    mode: Option<bool>,
}

/// Positions of 64 that are looked at one by one.
const FEW: u32 = 12;

/// Answers by id: 0 not asked, 1 no, 2 yes.
#[derive(Debug, Default)]
struct Memo(Vec<u8>);

impl Memo {
    #[inline]
    fn answer(&mut self, id: usize, ask: impl FnOnce() -> bool) -> bool {
        if id >= self.0.len() {
            self.0.resize((id + 1).next_power_of_two(), 0);
        }
        match self.0[id] {
            0 => {
                let yes = ask();
                self.0[id] = 1 + u8::from(yes);
                yes
            }
            known => known == 2,
        }
    }

    /// Leaves those positions whose id in `ids` has the answer yes.
    fn answer_all(&mut self, ids: &[u32], among: &mut Bits, mut ask: impl FnMut(usize) -> bool) {
        among.narrow(|first, word| {
            let (mut yes, mut unknown) = (0, word);
            // Looking up all costs less than stepping from one to the next, unless they are few.
            if word.count_ones() > FEW {
                if let Some(ids) = ids.get(first..).and_then(<[u32]>::first_chunk::<64>) {
                    unknown = 0;
                    for (bit, id) in ids.iter().enumerate() {
                        let known = self.0.get(*id as usize).copied().unwrap_or(0);
                        yes |= u64::from(known == 2) << bit;
                        unknown |= u64::from(known == 0) << bit;
                    }
                    unknown &= word;
                }
            }
            while unknown != 0 {
                let at = first + unknown.trailing_zeros() as usize;
                let id = ids.get(at).copied().unwrap_or(0) as usize;
                yes |= u64::from(self.answer(id, || ask(at))) << (at - first);
                unknown &= unknown - 1;
            }
            yes
        });
    }
}

impl Asker {
    /// An asker of one filter; times are compared in `zone`.
    pub fn new(filter: &Filter, zone: Zone) -> Self {
        Asker {
            memos: std::iter::repeat_with(Memo::default).take(filter.leaves).collect(),
            naming: Memo::default(),
            windows: Windows::default(),
            zone,
            mode: None,
        }
    }

    /// Leaves those events of a chunk in `among` that the filter selects. Hidden ones are not looked at.
    pub fn select(&mut self, filter: &Filter, store: &Store, chunk: &Chunk, among: &mut Bits) {
        if self.mode != Some(store.has_enters) {
            // What some fields say depends on whether the capture holds enter events.
            self.mode = Some(store.has_enters);
            self.memos.iter_mut().for_each(|memo| memo.0.clear());
        }
        let hiding = store.hiding();
        among.drop_marked(chunk.flags(), hiding);
        self.node(&filter.root, store, chunk, among);
    }

    fn node(&mut self, node: &Node, store: &Store, chunk: &Chunk, among: &mut Bits) {
        match node {
            Node::All => {}
            Node::Leaf(leaf) => self.leaf(leaf, store, chunk, among),
            Node::And(parts) => {
                for part in parts {
                    if among.is_empty() {
                        return;
                    }
                    self.node(part, store, chunk, among);
                }
            }
            Node::Or(parts) => {
                let mut rest = among.clone();
                let mut found = among.emptied();
                for part in parts {
                    if rest.is_empty() {
                        break;
                    }
                    let mut hit = rest.clone();
                    self.node(part, store, chunk, &mut hit);
                    found.add(&hit);
                    rest.remove(&hit);
                }
                *among = found;
            }
            Node::Not(part) => {
                let mut hit = among.clone();
                self.node(part, store, chunk, &mut hit);
                among.remove(&hit);
            }
            Node::Xor(a, b) => {
                let mut left = among.clone();
                self.node(a, store, chunk, &mut left);
                let mut right = among.clone();
                self.node(b, store, chunk, &mut right);
                left.toggle(&right);
                *among = left;
            }
        }
    }

    fn leaf(&mut self, leaf: &Leaf, store: &Store, chunk: &Chunk, among: &mut Bits) {
        let Asker { memos, naming, windows, zone, .. } = self;
        let Some(memo) = memos.get_mut(leaf.slot) else { return };
        let zone = &*zone;
        let look = |at: usize| {
            let row = chunk.row(at).unwrap_or_default();
            EventAt::new(store, chunk.number(at), row, zone)
        };
        let kind = |at: usize| chunk.kind(at);
        match leaf.depends {
            Depends::Kind => among.retain(|at| memo.answer(kind(at).index(), || leaf.test.holds(&look(at)))),
            // What else there is of the event makes no difference, and fetching it would cost more than the test.
            Depends::Context => memo.answer_all(chunk.contexts(), among, |at| {
                let context = chunk.contexts().get(at).map_or(ContextId::NONE, |id| ContextId(*id));
                let row = Row { context, ..Row::default() };
                leaf.test.holds(&EventAt::new(store, chunk.number(at), row, zone))
            }),
            Depends::Fd => memo.answer_all(chunk.fds(), among, |at| {
                let fd = chunk.fds().get(at).map_or(FdId::NONE, |id| FdId(*id));
                let row = Row { fd, ..Row::default() };
                leaf.test.holds(&EventAt::new(store, chunk.number(at), row, zone))
            }),
            Depends::Errno => among.retain(|at| {
                let (errno, kind) = (usize::from(chunk.errno(at)), kind(at));
                let named = naming.answer(kind.index(), || names_errors(kind));
                memo.answer(errno * 2 + usize::from(named), || leaf.test.holds(&look(at)))
            }),
            Depends::Row => among.retain(|at| leaf.test.holds(&look(at))),
            Depends::Name => among.retain(|at| {
                if kind(at).event_type() != id::ASYNC {
                    return memo.answer(kind(at).index(), || leaf.test.holds(&look(at)));
                }
                leaf.test.holds(&look(at).read(windows, chunk, at))
            }),
            Depends::Bytes => among.retain(|at| {
                if let Some(name) = &leaf.needs {
                    if !memo.answer(kind(at).index(), || may_have(kind(at).event_type(), name)) {
                        return false;
                    }
                }
                leaf.test.holds(&look(at).read(windows, chunk, at))
            }),
        }
    }
}

/// Whether the result of events of this type is called by its error's name.
#[inline]
pub(crate) fn names_errors(kind: Kind) -> bool {
    event_info(kind.event_type()).and_then(|info| info.params.first()).is_none_or(|param| param.ty != ParamType::Pid)
}

/// Whether an event of this type, or of today's type it stands for, can have a parameter of this name.
fn may_have(event_type: u16, name: &str) -> bool {
    let Some(info) = event_info(event_type) else { return true };
    let today = (0..=info.params.len()).filter_map(|params| program(event_type, params));
    let types = std::iter::once(event_type).chain(today.map(|program| program.event_type));
    types.filter_map(event_info).any(|info| info.param(name).is_some())
}
