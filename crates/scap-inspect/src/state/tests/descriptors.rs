//! Descriptors: opened, copied, shared, inherited, closed.

use super::*;

#[test]
fn an_open_file_is_known_until_it_is_closed() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    let read = story.read(SHELL, 3);
    let close = story.close(SHELL, 3);
    let late = story.read(SHELL, 3);
    assert_eq!([read, close, late].map(|seen| story.name(seen).to_owned()), ["/etc/hosts", "/etc/hosts", ""]);
    assert!(!story.fd(late).known());
}

#[test]
fn a_failed_close_leaves_the_descriptor_open() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    story.event(SHELL, id::CLOSE, with! {res: -5i64, fd: 3i64});
    let read = story.read(SHELL, 3);
    assert_eq!(story.name(read), "/etc/hosts");
}

#[test]
fn what_was_open_can_be_asked_as_of_any_event() {
    let mut story = Story::new();
    let first = story.open(SHELL, "/a", 3);
    let second = story.open(SHELL, "/b", 4);
    let close = story.close(SHELL, 3);
    let read = story.read(SHELL, 4);
    let open = [first, second, close, read].map(|seen| story.open_at(SHELL, seen.n));
    assert_eq!(open, [vec![3], vec![3, 4], vec![3, 4], vec![4]]);
}

#[test]
fn a_relative_path_is_seen_from_the_working_directory() {
    let mut story = Story::new();
    let seen = story.open(SHELL, "notes/../todo", 3);
    assert_eq!(story.name(seen), "/home/todo");
    assert_eq!(story.text(story.fd(seen).raw_name), "notes/../todo");
}

#[test]
fn a_path_may_be_relative_to_a_directory_descriptor() {
    let mut story = Story::new();
    let flags = i64::try_from(open_flags::DIRECTORY).unwrap();
    let directory = with! {fd: 3i64, dirfd: AT_FDCWD, name: "/var/log", flags: flags};
    story.event(SHELL, id::OPENAT, directory);
    let known = story.event(SHELL, id::OPENAT, with! {fd: 4i64, dirfd: 3i64, name: "syslog"});
    let unknown = story.event(SHELL, id::OPENAT, with! {fd: 5i64, dirfd: 99i64, name: "syslog"});
    assert_eq!((story.name(known), story.name(unknown)), ("/var/log/syslog", "<UNKNOWN>/syslog"));
}

#[test]
fn a_failed_open_still_says_which_file_it_was_about() {
    let mut story = Story::new();
    let seen = story.event(SHELL, id::OPENAT, with! {fd: -2i64, dirfd: AT_FDCWD, name: "/gone"});
    assert_eq!((story.name(seen), seen.applied.errno), ("/gone", 2));
    assert!(story.open_at(SHELL, seen.n).is_empty());
}

#[test]
fn threads_share_the_descriptors_of_their_process() {
    let mut story = Story::new();
    story.start_thread(SHELL, 51);
    story.open(51, "/etc/hosts", 3);
    let read = story.read(SHELL, 3);
    assert_eq!(story.name(read), "/etc/hosts");
    story.close(SHELL, 3);
    let late = story.read(51, 3);
    assert!(!story.fd(late).known());
}

#[test]
fn a_fork_copies_descriptors_and_both_go_their_own_way() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    story.fork(SHELL, 50);
    story.close(SHELL, 3);
    let child = story.read(50, 3);
    assert_eq!(story.name(child), "/etc/hosts");
    story.open(50, "/etc/passwd", 4);
    let parent = story.read(SHELL, 4);
    assert!(!story.fd(parent).known());
}

#[test]
fn a_long_line_of_forks_keeps_what_the_first_had_open() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    let mut parent = SHELL;
    for child in 100..130 {
        story.fork(parent, child);
        parent = child;
    }
    let read = story.read(parent, 3);
    assert_eq!(story.name(read), "/etc/hosts");
}

#[test]
fn execve_closes_what_was_marked_for_it() {
    let mut story = Story::new();
    let cloexec = i64::try_from(open_flags::CLOEXEC).unwrap();
    story.open(SHELL, "/stays", 3);
    story.event(SHELL, id::OPENAT, with! {fd: 4i64, dirfd: AT_FDCWD, name: "/goes", flags: cloexec});
    let exec = story.execve(SHELL, SHELL, "cat");
    assert_eq!(story.open_at(SHELL, exec.n), [3]);
    assert_eq!(story.open_at(SHELL, exec.n - 1), [3, 4]);
}

#[test]
fn dup_shares_the_file_but_not_the_number() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    let dup = story.event(SHELL, id::DUP, with! {res: 9i64, oldfd: 3i64});
    story.close(SHELL, 3);
    let read = story.read(SHELL, 9);
    assert_eq!((story.fd(dup).num, story.name(read)), (9, "/etc/hosts"));
}

#[test]
fn dup2_replaces_what_had_the_number_before() {
    let mut story = Story::new();
    story.open(SHELL, "/a", 3);
    story.open(SHELL, "/b", 4);
    story.event(SHELL, id::DUP2, with! {res: 4i64, oldfd: 3i64, newfd: 4i64});
    let read = story.read(SHELL, 4);
    assert_eq!(story.name(read), "/a");
}

#[test]
fn a_copy_is_kept_over_execve_unless_it_asks_not_to_be() {
    const DUPFD: i64 = 1;
    const DUPFD_CLOEXEC: i64 = 26;
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    story.event(SHELL, id::FCNTL, with! {res: 10i64, fd: 3i64, cmd: DUPFD});
    story.event(SHELL, id::FCNTL, with! {res: 11i64, fd: 3i64, cmd: DUPFD_CLOEXEC});
    let exec = story.execve(SHELL, SHELL, "cat");
    assert_eq!(story.open_at(SHELL, exec.n), [3, 10]);
}

#[test]
fn fcntl_marks_a_descriptor_for_closing_at_execve() {
    const SETFD: i64 = 3;
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    story.event(SHELL, id::FCNTL, with! {fd: 3i64, cmd: SETFD, arg: 1i64});
    let exec = story.execve(SHELL, SHELL, "cat");
    assert!(story.open_at(SHELL, exec.n).is_empty());
}

#[test]
fn close_range_closes_all_numbers_in_it() {
    let mut story = Story::new();
    for fd in 3..8 {
        story.open(SHELL, "/etc/hosts", fd);
    }
    let seen = story.event(SHELL, id::CLOSE_RANGE, with! {first: 4i64, last: 6i64});
    assert_eq!(story.open_at(SHELL, seen.n), [3, 7]);
}

#[test]
fn a_pipe_has_two_ends_with_one_inode() {
    let mut story = Story::new();
    let seen = story.event(SHELL, id::PIPE, with! {fd1: 3i64, fd2: 4i64, ino: 77i64});
    let other = story.read(SHELL, 3);
    assert_eq!((story.fd(seen).num, story.fd(seen).kind, story.fd(seen).ino), (4, fds::FdKind::Pipe, 77));
    assert_eq!((story.fd(other).kind, story.fd(other).ino), (fds::FdKind::Pipe, 77));
}

#[test]
fn a_mapped_file_is_the_descriptor_where_current_readers_say_so() {
    use MappedFiles::{Aside, Descriptors};
    for (has_enters, mapped_files, is_known) in [(false, Aside, true), (true, Descriptors, true), (true, Aside, false)]
    {
        let mut story = Story::new();
        story.state.has_enters = has_enters;
        story.state.mapped_files = mapped_files;
        story.open(SHELL, "/etc/hosts", 3);
        let seen = story.event(SHELL, id::MMAP, with! {res: 4096i64, fd: 3i64});
        assert_eq!(story.fd(seen).known(), is_known);
    }
}
