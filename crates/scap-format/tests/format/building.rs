//! Captures to test with, and what a reader makes of them, as values that can be compared.

use std::net::{Ipv4Addr, SocketAddrV4};

use scap_format::event::{EventRef, Params};
use scap_format::meta::{
    FdDetail, FdEntry, FdList, Interface, InterfaceAddress, L4Proto, MachineInfo, ProcessEntry, SectionHeader, User,
    UserList,
};
use scap_format::reader::{Next, Note, Reader};
use scap_format::source::{open, Input, OpenError, OpenOptions};
use scap_format::tables::{event_info, EventFlags};
use scap_format::writer::Writer;

/// An event that owns its bytes.
#[allow(clippy::struct_field_names, reason = "the names of the borrowed event")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) ts: u64,
    pub(crate) tid: i64,
    pub(crate) event_type: u16,
    pub(crate) cpu: u16,
    pub(crate) block_flags: u32,
    pub(crate) params: Vec<Vec<u8>>,
    pub(crate) comment: Option<Vec<u8>>,
}

impl Event {
    pub(crate) fn new(event_type: u16, params: &[&[u8]]) -> Self {
        let params = params.iter().map(|p| p.to_vec()).collect();
        Event { ts: 1_700_000_000_000_000_000, tid: 7, event_type, params, ..Event::default() }
    }

    pub(crate) fn at(self, ts: u64) -> Self {
        Event { ts, ..self }
    }
}

/// A block of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Section(SectionHeader),
    Machine(MachineInfo),
    Interfaces(Vec<Interface>),
    Users(UserList),
    Processes(Vec<ProcessEntry>),
    Fds(FdList),
    Event(Event),
}

pub(crate) fn wide(event_type: u16) -> bool {
    event_info(event_type).is_some_and(|info| info.has(EventFlags::LARGE))
}

pub(crate) fn put<W: std::io::Write>(writer: &mut Writer<W>, item: &Item) -> std::io::Result<()> {
    match item {
        Item::Section(section) => writer.section(section),
        Item::Machine(machine) => writer.machine(machine),
        Item::Interfaces(interfaces) => writer.interfaces(interfaces),
        Item::Users(users) => writer.users(users),
        Item::Processes(processes) => writer.processes(processes),
        Item::Fds(fds) => writer.fds(fds),
        Item::Event(event) => {
            let wide = wide(event.event_type);
            let mut lengths = Vec::new();
            for param in &event.params {
                let length = u32::try_from(param.len()).unwrap().to_le_bytes();
                lengths.extend_from_slice(&length[..if wide { 4 } else { 2 }]);
            }
            let values = event.params.concat();
            let params = Params::new(&lengths, wide, &values);
            let Event { ts, tid, event_type, cpu, block_flags, .. } = *event;
            let borrowed = EventRef { ts, tid, event_type, cpu, block_flags, params, options: &[] };
            match &event.comment {
                Some(comment) => writer.event_with_comment(&borrowed, comment),
                None => writer.event(&borrowed),
            }
        }
    }
}

pub(crate) fn write(items: &[Item]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    for item in items {
        put(&mut writer, item).unwrap();
    }
    writer.into_inner()
}

/// What a reader made of a capture.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) items: Vec<Item>,
    pub(crate) notes: Vec<Note>,
}

impl Reading {
    pub(crate) fn events(&self) -> Vec<Event> {
        let event = |item: &'_ Item| if let Item::Event(event) = item { Some(event.clone()) } else { None };
        self.items.iter().filter_map(event).collect()
    }

    /// The only note, as text.
    pub(crate) fn note(&self) -> &str {
        assert_eq!(self.notes.len(), 1, "{:#?}", self.notes);
        &self.notes[0].text
    }
}

pub(crate) fn owned(event: &EventRef<'_>) -> Event {
    Event {
        ts: event.ts,
        tid: event.tid,
        event_type: event.event_type,
        cpu: event.cpu,
        block_flags: event.block_flags,
        params: event.params.iter().map(<[u8]>::to_vec).collect(),
        comment: event.comment().map(<[u8]>::to_vec),
    }
}

pub(crate) fn item(next: Next<'_>) -> Option<Item> {
    Some(match next {
        Next::Section(section) => Item::Section(section),
        Next::Machine(machine) => Item::Machine(machine),
        Next::Interfaces(interfaces) => Item::Interfaces(interfaces),
        Next::Users(users) => Item::Users(users),
        Next::Processes(processes) => Item::Processes(processes),
        Next::Fds(fds) => Item::Fds(fds),
        Next::Event { event, .. } => Item::Event(owned(&event)),
        Next::Idle | Next::End => return None,
    })
}

/// Reads to the end, or to the first moment at which a followed input has nothing new.
pub(crate) fn read_on(reader: &mut Reader) -> Reading {
    read_by(reader, 0)
}

/// The same, with up to so many events in a row.
fn read_by(reader: &mut Reader, in_a_row: u32) -> Reading {
    let mut items = Vec::new();
    loop {
        reader.events(in_a_row, |_, event| items.push(Item::Event(owned(event))));
        let Some(item) = item(reader.next()) else { break };
        items.push(item);
    }
    Reading { items, notes: reader.notes().to_vec() }
}

/// Reads to the end, one by one and events in a row, which must not differ.
pub(crate) fn try_read(bytes: &[u8]) -> Result<Reading, OpenError> {
    let opened = || open(Input::Bytes(bytes.to_vec()), OpenOptions::default());
    let reading = read_on(&mut Reader::new(opened()?.pieces));
    let in_a_row = read_by(&mut Reader::new(opened()?.pieces), 5);
    assert_eq!((&reading.items, &reading.notes), (&in_a_row.items, &in_a_row.notes));
    Ok(reading)
}

pub(crate) fn read(bytes: &[u8]) -> Reading {
    try_read(bytes).unwrap()
}

/// A block by hand, padded.
pub(crate) fn block(id: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = u32::try_from(padded + 12).unwrap().to_le_bytes();
    let mut block = [&id.to_le_bytes(), &length, body].concat();
    block.resize(padded + 8, 0);
    [block.as_slice(), &length].concat()
}

pub(crate) fn section() -> Vec<u8> {
    write(&[Item::Section(SectionHeader::default())])
}

/// The body of an event block in the layout without a parameter count.
pub(crate) fn uncounted(event_type: u16, params: &[&[u8]]) -> Vec<u8> {
    let length = 22 + params.iter().map(|p| 2 + p.len()).sum::<usize>();
    let mut body = vec![3, 0];
    body.extend_from_slice(&1_500_000_000_000_000_000u64.to_le_bytes());
    body.extend_from_slice(&42i64.to_le_bytes());
    body.extend_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    body.extend_from_slice(&event_type.to_le_bytes());
    for param in params {
        body.extend_from_slice(&u16::try_from(param.len()).unwrap().to_le_bytes());
    }
    body.extend(params.concat());
    body
}

/// A small capture with a block of every kind and four events.
pub(crate) fn small() -> Vec<Item> {
    let socket = FdDetail::Ipv4Socket {
        source: SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 4000),
        dest: SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 2), 80),
        l4: L4Proto::Tcp,
    };
    let file = FdDetail::File { open_flags: 1, name: b"/var/log/worker.log".to_vec(), dev: Some(0x801) };
    let loopback = InterfaceAddress::V4 {
        address: Ipv4Addr::LOCALHOST,
        netmask: Ipv4Addr::new(255, 0, 0, 0),
        broadcast: Ipv4Addr::LOCALHOST,
    };
    let worker = ProcessEntry {
        tid: 7,
        pid: 7,
        ptid: 1,
        comm: b"worker".to_vec(),
        exe: b"/usr/bin/worker".to_vec(),
        exepath: b"/usr/bin/worker".to_vec(),
        args: b"--fast\0".to_vec(),
        cwd: b"/srv/".to_vec(),
        fdlimit: 1024,
        vtid: 7,
        vpid: 7,
        cgroups: b"cpu=/worker\0".to_vec(),
        ..ProcessEntry::default()
    };
    let machine =
        MachineInfo { cpus: 2, memory_bytes: 8 << 30, max_pid: 32768, hostname: b"box".to_vec(), ..Default::default() };
    let root = User { name: b"root".to_vec(), home: b"/root".to_vec(), shell: b"/bin/sh".to_vec(), ..User::default() };
    let write_enter = |fd: i64, size: u32| Event::new(8, &[&fd.to_le_bytes(), &size.to_le_bytes()]);
    let write_exit = |data: &[u8]| Event::new(9, &[&i64::try_from(data.len()).unwrap().to_le_bytes(), data]);
    let start = 1_700_000_000_000_000_000;
    vec![
        Item::Section(SectionHeader::default()),
        Item::Machine(machine),
        Item::Interfaces(vec![Interface { name: b"lo".to_vec(), address: loopback, link_speed: Some(0) }]),
        Item::Users(UserList { users: vec![root], groups: vec![] }),
        Item::Processes(vec![worker]),
        Item::Fds(FdList {
            tid: 7,
            fds: vec![FdEntry { fd: 3, inode: 99, detail: file }, FdEntry { fd: 4, inode: 100, detail: socket }],
        }),
        Item::Event(write_enter(3, 5).at(start)),
        Item::Event(write_exit(b"hello").at(start + 1000)),
        Item::Event(write_enter(4, 4).at(start + 2000)),
        Item::Event(write_exit(b"GET ").at(start + 3000)),
    ]
}
