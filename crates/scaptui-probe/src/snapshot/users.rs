//! Users and groups, as the files of the machine name them.

use scap_format::meta::{Group, User, UserList};

use rustix::fs::CWD;

use super::files::{lines, number};
use super::Options;

/// Longer lines than this are cut: a group may have thousands of members, which are not taken.
const LINE: usize = 64 << 10;

/// Reads both files; one that cannot be read adds nothing.
pub(super) fn read(options: &Options) -> UserList {
    let mut list = UserList::default();
    let mut room = vec![0; LINE];
    let etc = options.root.join("etc");
    let _ = lines(CWD, etc.join("passwd"), &mut room, |line| list.users.extend(user(line)));
    let _ = lines(CWD, etc.join("group"), &mut room, |line| list.groups.extend(group(line)));
    list
}

fn user(line: &[u8]) -> Option<User> {
    let mut fields = line.split(|byte| *byte == b':');
    let name = fields.next()?.to_vec();
    let (uid, gid) = (number(fields.nth(1)?)?, number(fields.next()?)?);
    let home = fields.nth(1).unwrap_or_default().to_vec();
    let shell = fields.next().unwrap_or_default().to_vec();
    Some(User { uid, gid, name, home, shell })
}

fn group(line: &[u8]) -> Option<Group> {
    let mut fields = line.split(|byte| *byte == b':');
    let name = fields.next()?.to_vec();
    Some(Group { gid: number(fields.nth(1)?)?, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_groups_of_lines() {
        let expected = User {
            uid: 33,
            gid: 34,
            name: b"www-data".to_vec(),
            home: b"/var/www".to_vec(),
            shell: b"/usr/sbin/nologin".to_vec(),
        };
        assert_eq!(user(b"www-data:x:33:34:A, B:/var/www:/usr/sbin/nologin"), Some(expected));
        assert_eq!(group(b"adm:x:4:syslog,me"), Some(Group { gid: 4, name: b"adm".to_vec() }));
    }

    #[test]
    fn lines_without_ids_are_none() {
        for line in [&b""[..], b"+::::::", b"# comment", b"a:b:c:d", b"a:x:-1:0::"] {
            assert_eq!((user(line), group(line)), (None, None), "{line:?}");
        }
    }
}
