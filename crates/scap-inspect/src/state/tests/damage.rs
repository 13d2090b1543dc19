//! Captures that lack events, and captures that lie.

use scap_format::meta::{FdDetail, FdEntry};

use super::*;

const READ_ENTER: u16 = 6;

/// Parameters of a read's exit as recorders of pairs wrote it: result and data.
const OLD_READ: usize = 2;

#[test]
fn an_old_exit_takes_its_descriptor_from_its_enter_event() {
    let mut story = Story::new();
    story.state.has_enters = true;
    story.open(SHELL, "/etc/hosts", 3);
    let enter = story.event(SHELL, READ_ENTER, with! {fd: 3i64, size: 10i64});
    let exit = story.event_of(SHELL, id::READ, with! {res: 5i64}, OLD_READ);
    assert_eq!((story.name(enter), story.name(exit)), ("/etc/hosts", "/etc/hosts"));
    assert_eq!((exit.applied.enter, exit.applied.paired), (enter.n, true));
}

#[test]
fn an_old_exit_without_its_enter_event_is_about_no_known_descriptor() {
    let mut story = Story::new();
    story.state.has_enters = true;
    story.open(SHELL, "/etc/hosts", 0);
    let exit = story.event_of(SHELL, id::READ, with! {res: 5i64}, OLD_READ);
    assert_eq!((story.fd(exit).num, story.fd(exit).known()), (-1, false));
    assert!(!exit.applied.paired);
}

#[test]
fn an_enter_event_whose_exit_was_lost_does_not_pair_with_the_next_call() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    story.event(SHELL, READ_ENTER, with! {fd: 3i64});
    let close = story.close(SHELL, 3);
    assert!(!close.applied.paired);
    assert_eq!(story.name(close), "/etc/hosts");
    let exit = story.event_of(SHELL, id::READ, with! {res: 5i64}, OLD_READ);
    assert!(!exit.applied.paired);
}

#[test]
fn a_lost_clone_makes_the_thread_known_by_its_id_alone() {
    let mut story = Story::new();
    let seen = story.read(99, 3);
    assert_eq!((story.who(seen).tid, story.comm(seen)), (99, "<NA>"));
    let exec = story.execve(99, 99, "cat");
    assert_eq!((story.comm(seen), story.comm(exec), story.who(exec).pid), ("<NA>", "cat", 99));
}

#[test]
fn a_clone_of_a_caller_in_no_table_describes_the_caller() {
    let mut story = Story::new();
    let seen = story.clone_returns(99, 100, 0);
    assert_eq!((story.who(seen).pid, story.comm(seen)), (99, "sh"));
    assert_eq!(story.now(100).ptid, 99);
}

#[test]
fn a_lost_exit_is_made_up_for_when_the_thread_id_is_cloned_again() {
    let mut story = Story::new();
    story.fork(SHELL, 50);
    let first = story.live(50);
    story.open(50, "/etc/hosts", 3);
    story.ts += 10 * SECOND;
    story.clone_begins(SHELL, 50, 0);
    assert_ne!(story.live(50), first);
    let seen = story.read(50, 3);
    assert!(!story.fd(seen).known());
}

#[test]
fn parents_in_a_circle_end_somewhere() {
    let mut story = Story::new();
    story.state.load_processes(&[process(20, 21, "a"), process(21, 20, "b")], 1);
    let seen = story.read(20, 3);
    let mut at = seen.applied.context;
    let mut steps = 0;
    while !at.is_none() {
        at = story.state.context(at).parent;
        steps += 1;
        assert!(steps < 10);
    }
}

#[test]
fn listed_descriptors_belong_to_their_process_and_those_of_nobody_are_passed_over() {
    let file = |fd| FdEntry { fd, inode: 1, detail: FdDetail::FileOld { name: b"/etc/hosts".to_vec() } };
    let mut story = Story::with_descriptors(&FdList { tid: SHELL, fds: vec![file(3)] });
    story.state.load_fds(&FdList { tid: 4000, fds: vec![file(4)] });
    let seen = story.read(SHELL, 3);
    assert_eq!(story.name(seen), "/etc/hosts");
    assert!(story.fd(seen).is(fds::bits::INHERITED));
}

#[test]
fn no_event_of_any_type_with_any_number_of_parameters_breaks_the_state() {
    let mut story = Story::new();
    for round in 0..3 {
        for info in &EVENTS {
            for count in 0..=info.params.len() {
                story.event_of([SHELL, 50, -1][round], info.id, &[], count);
            }
        }
    }
    // An event may change who did it, and who its parent is.
    assert!(story.state.context_count() <= 2 * usize::try_from(story.n).unwrap() + 1);
}
