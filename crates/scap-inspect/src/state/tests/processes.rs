//! Threads and processes: how they begin, change and end.

use super::*;

#[test]
fn a_clone_told_by_parent_and_child_makes_one_child() {
    let mut story = Story::new();
    story.clone_returns(SHELL, 50, 0);
    let child = story.live(50);
    let first = story.clone_begins(SHELL, 50, 0);
    assert_eq!(story.live(50), child);
    assert_eq!((story.who(first).pid, story.who(first).ptid), (50, SHELL));
}

#[test]
fn a_child_may_speak_before_its_parent() {
    let mut story = Story::new();
    story.clone_begins(SHELL, 50, 0);
    let child = story.live(50);
    story.clone_returns(SHELL, 50, 0);
    assert_eq!(story.live(50), child);
}

#[test]
fn a_thread_belongs_to_its_process() {
    let mut story = Story::new();
    let seen = story.start_thread(SHELL, 51);
    assert_eq!(story.who(seen).pid, SHELL);
    assert_eq!(story.state.main(seen.applied.context).map(|main| main.tid), Some(SHELL));
    assert_eq!(story.state.threads.get(story.live(SHELL)).count_at(seen.n), 2);
}

#[test]
fn execve_gives_a_new_name_from_then_on_only() {
    let mut story = Story::new();
    let before = story.open(SHELL, "/etc/hosts", 3);
    let exec = story.execve(SHELL, SHELL, "cat");
    let after = story.read(SHELL, 3);
    assert_eq!([before, exec, after].map(|seen| story.comm(seen).to_owned()), ["sh", "cat", "cat"]);
    let thread = story.state.threads.get(story.live(SHELL));
    let then = story.state.threads.version(thread.version_at(before.n));
    assert_eq!(story.text(then.comm), "sh");
}

#[test]
fn a_failed_execve_changes_nothing() {
    let mut story = Story::new();
    let seen = story.event(SHELL, id::EXECVE, with! {res: -2i64, exe: "nope", comm: "nope", pid: SHELL});
    assert_eq!(story.comm(seen), "sh");
}

#[test]
fn execve_ends_the_other_threads_of_the_process() {
    let mut story = Story::new();
    story.start_thread(SHELL, 51);
    story.start_thread(SHELL, 52);
    let exec = story.execve(SHELL, SHELL, "cat");
    assert!(story.live(51).is_none() && story.live(52).is_none());
    assert_eq!(story.state.threads.get(story.live(SHELL)).count_at(exec.n), 1);
}

#[test]
fn an_exit_is_still_done_by_the_thread_that_then_is_gone() {
    let mut story = Story::new();
    let thread = story.live(SHELL);
    let seen = story.exit(SHELL, 0);
    assert_eq!(story.comm(seen), "sh");
    assert!(story.live(SHELL).is_none());
    let life = story.state.threads.get(thread);
    assert!(life.alive_at(seen.n) && !life.alive_at(seen.n + 1));
    assert_eq!(life.exit.map(|exit| exit.event), Some(seen.n));
}

#[test]
fn a_main_thread_stays_until_the_last_thread_of_its_process_is_gone() {
    let mut story = Story::new();
    story.start_thread(SHELL, 51);
    story.exit(SHELL, 0);
    assert!(!story.live(SHELL).is_none());
    story.exit(51, 0);
    assert!(story.live(SHELL).is_none() && story.live(51).is_none());
}

#[test]
fn children_are_adopted_by_the_reaper_the_exit_names() {
    let mut story = Story::new();
    let before = story.fork(SHELL, 50);
    story.exit(SHELL, 1);
    assert_eq!(story.now(50).ptid, 1);
    assert_eq!(story.who(before).ptid, SHELL);
}

#[test]
fn without_a_named_reaper_children_go_to_the_first_process() {
    let mut story = Story::new();
    story.fork(SHELL, 50);
    story.exit(SHELL, 0);
    assert_eq!(story.now(50).ptid, 1);
}

#[test]
fn a_subreaper_adopts_before_the_first_process_does() {
    const SET_CHILD_SUBREAPER: i64 = 36;
    let mut story = Story::new();
    let option = with! {option: SET_CHILD_SUBREAPER, arg2_int: 1i64};
    story.event(SHELL, id::PRCTL, option);
    story.fork(SHELL, 50);
    story.fork(50, 51);
    story.exit(50, 0);
    assert_eq!(story.now(51).ptid, SHELL);
}

#[test]
fn a_reused_thread_id_is_another_process() {
    let mut story = Story::new();
    let first = story.fork(SHELL, 50);
    story.open(50, "/etc/hosts", 3);
    story.exit(50, 1);
    story.ts += 10 * SECOND;
    let second = story.fork(SHELL, 50);
    assert_ne!(story.who(first).instance, story.who(second).instance);
    assert!(story.open_at(50, second.n).is_empty());
    assert_eq!(story.open_at(50, first.n + 1), [3]);
}

#[test]
fn events_of_an_unchanged_thread_share_one_context() {
    let mut story = Story::new();
    let first = story.open(SHELL, "/etc/hosts", 3);
    let contexts = story.state.context_count();
    for _ in 0..1000 {
        assert_eq!(story.read(SHELL, 3).applied.context, first.applied.context);
        story.read(1, 0);
    }
    assert!(story.state.context_count() <= contexts + 1);
}

#[test]
fn what_changes_elsewhere_leaves_a_context_as_it_is() {
    let mut story = Story::new();
    let before = story.read(SHELL, 3);
    story.fork(1, 60);
    story.execve(60, 60, "cron");
    story.exit(60, 1);
    assert_eq!(story.read(SHELL, 3).applied.context, before.applied.context);
}

#[test]
fn a_new_name_of_the_parent_is_a_new_context_of_the_child() {
    let mut story = Story::new();
    let before = story.fork(SHELL, 50);
    story.execve(SHELL, SHELL, "bash");
    let after = story.read(50, 3);
    let parent = |seen: Seen| story.comm_of(story.state.context(seen.applied.context).parent);
    assert_eq!((parent(before), parent(after)), ("sh", "bash"));
}

#[test]
fn a_new_section_forgets_the_machine() {
    let mut story = Story::new();
    story.open(SHELL, "/etc/hosts", 3);
    let thread = story.live(SHELL);
    story.state.restart(story.n + 1);
    assert!(story.live(SHELL).is_none() && story.live(1).is_none());
    let seen = story.read(SHELL, 3);
    assert_eq!(story.comm(seen), "<NA>");
    assert!(!story.fd(seen).known());
    assert!(story.state.threads.get(thread).alive_at(seen.n - 1));
}

impl Story {
    fn comm_of(&self, context: ContextId) -> &str {
        self.text(self.state.thread(context).comm)
    }
}
