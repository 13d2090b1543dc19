/* Who is asked for, and what the registers say of a call. */
#ifndef SCAPTUI_CALLS_H
#define SCAPTUI_CALLS_H

#include "tasks.h"

/* Whether the current thread is in the control group asked for, or below it. */
INLINE bool in_cgroup(void)
{
	/* The kernel numbers groups in the order they are made. */
	if (settings.newest_cgroup && get_current_cgroup_id() > settings.newest_cgroup)
		return 1;
	if (settings.cgroup_level != ANY_LEVEL)
		return get_current_ancestor_cgroup_id(settings.cgroup_level) == settings.cgroup;
	for (u32 level = 0; level < CGROUP_LEVELS; level++)
		if (get_current_ancestor_cgroup_id(level) == settings.cgroup)
			return 1;
	return 0;
}

/* Whether the current thread's name is asked for. */
INLINE u8 name_asked_for(void)
{
	struct comm comm = {};

	get_current_comm(&comm, sizeof(comm));
	return map_lookup_elem(&comms, &comm) != NULL;
}

/* Whether a thread is asked for, the current one or one that it begins: everything a filter pushes down is decided here. */
INLINE bool asked_for(u64 id)
{
	u32 filter = settings.filter, pid = id >> 32, tid = id;

	if (filter & FILTER_PID) {
		if (settings.pid) {
			if (pid != settings.pid)
				return 0;
		} else if (!map_lookup_elem(&pids, &pid)) {
			return 0;
		}
	}
	if (filter & FILTER_UID) {
		/* The effective user, as captures tell it. */
		struct task_struct *task = (void *)get_current_task();
		u32 uid = READ(READ(task, cred), euid.val);

		if (!map_lookup_elem(&uids, &uid))
			return 0;
	}
	if (filter & FILTER_CGROUP && !in_cgroup())
		return 0;
	if (filter & FILTER_COMM) {
		u8 *asked = map_lookup_elem(&named, &tid);

		if (asked && !*asked)
			return 0;
	}
	return 1;
}

INLINE bool excluded(u32 pid)
{
	return pid == settings.exclude[0] || pid == settings.exclude[1];
}

INLINE u64 argument(struct pt_regs *regs, u32 index)
{
#if defined(__TARGET_ARCH_x86)
	switch (index) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->r10;
	case 4: return regs->r8;
	default: return regs->r9;
	}
#else
	switch (index) {
	case 0: return regs->orig_x0;
	case 1: return regs->regs[1];
	case 2: return regs->regs[2];
	case 3: return regs->regs[3];
	case 4: return regs->regs[4];
	default: return regs->regs[5];
	}
#endif
}

INLINE u32 number(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return regs->orig_ax;
#else
	return regs->syscallno;
#endif
}

/* FLAG_FOREIGN where the call came through another interface, whose numbers mean something else. */
INLINE u8 foreign(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	struct task_struct *task = (void *)get_current_task();

	return READ(task, thread_info.status) & 2 ? FLAG_FOREIGN : 0;
#else
	return READ(regs, pstate) & 0x10 ? FLAG_FOREIGN : 0;
#endif
}

/* Calls of the 32-bit interface that make threads or execute programs, by their 64-bit numbers; others are 0. */
INLINE u32 life_of_foreign(u32 nr)
{
#if defined(__TARGET_ARCH_x86)
	switch (nr) {
	case 2: return 57;
	case 11: return 59;
	case 120: return 56;
	case 190: return 58;
	case 358: return 322;
	case 435: return 435;
	}
#endif
	return 0;
}

INLINE void arguments(struct record *record, struct pt_regs *regs)
{
	record->args[0] = argument(regs, 0);
	record->args[1] = argument(regs, 1);
	record->args[2] = argument(regs, 2);
	record->args[3] = argument(regs, 3);
	record->args[4] = argument(regs, 4);
	record->args[5] = argument(regs, 5);
}

/* The same, of registers that only an address is known of. */
INLINE void arguments_at(struct record *record, struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	record->args[0] = READ(regs, di);
	record->args[1] = READ(regs, si);
	record->args[2] = READ(regs, dx);
	record->args[3] = READ(regs, r10);
	record->args[4] = READ(regs, r8);
	record->args[5] = READ(regs, r9);
#else
	record->args[0] = READ(regs, orig_x0);
	record->args[1] = READ(regs, regs[1]);
	record->args[2] = READ(regs, regs[2]);
	record->args[3] = READ(regs, regs[3]);
	record->args[4] = READ(regs, regs[4]);
	record->args[5] = READ(regs, regs[5]);
#endif
}

/* A call of the 32-bit interface has its first argument elsewhere; what the others point to is laid out differently. */
INLINE void foreign_arguments(struct record *record, struct pt_regs *regs)
{
	__builtin_memset(record->args, 0, sizeof(record->args));
#if defined(__TARGET_ARCH_x86)
	record->args[0] = regs->bx & 0xFFFFFFFF;
#endif
}

#endif
