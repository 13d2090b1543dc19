//! User lists: the users and groups of the machine.

use super::take::{entry, put_entry, put_text, Faults, Take};

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// User id.
    pub uid: u32,
    /// Id of the user's main group.
    pub gid: u32,
    /// Login name.
    pub name: Vec<u8>,
    /// Home directory.
    pub home: Vec<u8>,
    /// Login shell.
    pub shell: Vec<u8>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Group id.
    pub gid: u32,
    /// Group name.
    pub name: Vec<u8>,
}

/// Users and groups, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserList {
    /// The users.
    pub users: Vec<User>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// Room that readers have for names, homes and shells.
const TEXT: u16 = 255;

impl UserList {
    pub(crate) fn parse(body: &[u8], version: u8, faults: &mut Faults) -> Self {
        let mut list = Take(body);
        let mut users = UserList::default();
        if version == 1 {
            while list.left() >= 4 {
                let before = list.left();
                if users.parse_one(&mut list).is_none() {
                    faults.unread = faults.unread.saturating_add(before);
                    break;
                }
            }
        } else {
            while let Some(mut fields) = entry(&mut list, 4, faults) {
                if users.parse_one(&mut fields).is_none() {
                    faults.entries = faults.entries.saturating_add(1);
                }
            }
        }
        users
    }

    fn parse_one(&mut self, fields: &mut Take<'_>) -> Option<()> {
        if fields.u8()? == 0 {
            let (uid, gid) = (fields.u32()?, fields.u32()?);
            let (name, home, shell) = (fields.text()?, fields.text()?, fields.text()?);
            self.users.push(User { uid, gid, name, home, shell });
        } else {
            self.groups.push(Group { gid: fields.u32()?, name: fields.text()? });
        }
        Some(())
    }

    pub(crate) fn put(&self, into: &mut Vec<u8>) {
        for user in &self.users {
            put_entry(into, 4, |into| {
                into.push(0);
                into.extend_from_slice(&user.uid.to_le_bytes());
                into.extend_from_slice(&user.gid.to_le_bytes());
                for text in [&user.name, &user.home, &user.shell] {
                    put_text(into, text, TEXT);
                }
            });
        }
        for group in &self.groups {
            put_entry(into, 4, |into| {
                into.push(1);
                into.extend_from_slice(&group.gid.to_le_bytes());
                put_text(into, &group.name, TEXT);
            });
        }
    }
}
