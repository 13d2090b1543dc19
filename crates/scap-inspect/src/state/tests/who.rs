//! Calls that change who a thread is: users, directories, limits.

use super::*;

#[test]
fn setuid_holds_from_then_on() {
    let mut story = Story::new();
    let before = story.read(SHELL, 3);
    let seen = story.event(SHELL, id::SETUID, with! {uid: 1000i64});
    assert_eq!((story.who(before).uid, story.who(seen).uid), (0, 1000));
}

#[test]
fn a_refused_setuid_changes_nothing() {
    let mut story = Story::new();
    let seen = story.event(SHELL, id::SETUID, with! {res: -1i64, uid: 1000i64});
    assert_eq!(story.who(seen).uid, 0);
}

#[test]
fn setresuid_sets_the_effective_user_and_all_ones_leave_it() {
    let mut story = Story::new();
    let set = story.event(SHELL, id::SETRESUID, with! {ruid: 1i64, euid: 1000i64, suid: 2i64});
    let kept = story.event(SHELL, id::SETRESUID, with! {ruid: 5i64, euid: -1i64, suid: 5i64});
    assert_eq!((story.who(set).uid, story.who(kept).uid), (1000, 1000));
}

#[test]
fn setgid_sets_the_group_only() {
    let mut story = Story::new();
    let seen = story.event(SHELL, id::SETGID, with! {gid: 33i64});
    assert_eq!((story.who(seen).uid, story.who(seen).gid), (0, 33));
}

#[test]
fn a_thread_that_changes_directory_moves_its_process() {
    let mut story = Story::new();
    story.start_thread(SHELL, 51);
    story.event(51, id::CHDIR, with! {path: "../var"});
    assert_eq!((story.cwd(SHELL), story.cwd(51)), ("/var/", "/var/"));
    let seen = story.open(SHELL, "log", 3);
    assert_eq!(story.name(seen), "/var/log");
}

#[test]
fn a_child_starts_where_its_parent_is_and_moves_alone() {
    let mut story = Story::new();
    story.fork(SHELL, 50);
    story.event(50, id::CHDIR, with! {path: "/tmp"});
    assert_eq!((story.cwd(SHELL), story.cwd(50)), ("/home/", "/tmp/"));
}

#[test]
fn fchdir_goes_where_the_descriptor_is() {
    let mut story = Story::new();
    story.open(SHELL, "/var/log", 3);
    story.event(SHELL, id::FCHDIR, with! {fd: 3i64});
    assert_eq!(story.cwd(SHELL), "/var/log/");
}

#[test]
fn getcwd_tells_where_the_process_really_is() {
    let mut story = Story::new();
    story.event(SHELL, id::GETCWD, with! {res: 5i64, path: "/srv"});
    assert_eq!(story.cwd(SHELL), "/srv/");
}

#[test]
fn a_user_is_looked_up_as_of_its_event() {
    let mut story = Story::new();
    let before = story.read(SHELL, 3);
    story.event(0, id::USER_ADDED, with! {uid: 1000i64, gid: 1000i64, name: "ada", home: "/home/ada"});
    let after = story.read(SHELL, 3);
    let name = |seen: Seen| {
        let world = story.state.context(seen.applied.context).world;
        story.state.users.user(StrId::EMPTY, 1000, world).map(|user| story.text(user.name))
    };
    assert_eq!((name(before), name(after)), (None, Some("ada")));
}

#[test]
fn a_limit_of_descriptors_is_the_processs() {
    const NOFILE: i64 = 7;
    let mut story = Story::new();
    story.start_thread(SHELL, 51);
    story.event(51, id::SETRLIMIT, with! {cur: 4096i64, resource: NOFILE});
    assert_eq!(story.now(SHELL).fdlimit, 4096);
}
