//! What a capture says about the machine before its events: processes, descriptors, users, interfaces.
//!
//! All text is bytes as the kernel gave them, without a terminating NUL.

mod fds;
mod interfaces;
mod machine;
mod processes;
mod section;
mod take;
mod users;

pub use fds::{FdDetail, FdEntry, FdList, L4Proto, GIVEN_NAME};
pub use interfaces::{Interface, InterfaceAddress};
pub use machine::MachineInfo;
pub use processes::ProcessEntry;
pub use section::{BlockOption, SectionHeader};
pub use users::{Group, User, UserList};

pub(crate) use interfaces::short_list_length;
pub(crate) use section::{put_option, SectionFault};
pub(crate) use take::Faults;
