/* The programs: a pair for all system calls, driven by a plan for each call, and the tracepoints beside them.
 *
 * Lazy enter: the beginning of a call is only noted for its cpu. When the call returns, one record carries both times;
 * when its thread leaves the cpu before, the scheduler's hook sends the beginning then. */
#include "calls.h"
#include "tracepoints.h"

char LICENSE[] SEC("license") = "GPL";

/* What a call points to, and what is known of its thread or descriptors. */
GLOBAL int copy_extra(u32 cpu, u32 nr)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct task_struct *task = (void *)get_current_task();
	const volatile struct plan *plan = plan_of(nr);
	u32 extra = plan->extra;
	s64 result, fd;
	u64 *args;

	if (!scratch)
		return 0;
	args = scratch->words + ARGUMENTS_AT;
	result = scratch->record.ret;
	fd = plan->fd == LENGTH_RESULT ? result : (s32)args[plan->fd & 7];
	if (extra & (EXTRA_CLONE | EXTRA_EXEC)) {
		u32 execs = extra & EXTRA_EXEC;

		life_chunks(cpu, (u64)task, execs, execs && result < 0 ? args[plan->fd & 7] : 0);
		return 0;
	}
	if (extra & EXTRA_MEMORY)
		memory_chunk(scratch, READ(task, mm));
	if (extra & (EXTRA_PAIR | EXTRA_PIPE)) {
		s32 made = -1;

		if (result >= 0)
			probe_read_user(&made, sizeof(made), (void *)args[plan->fd & 7]);
		fd = made;
	}
	if (!(extra & (EXTRA_SOCKET | EXTRA_FILE | EXTRA_QUEUE | EXTRA_PAIR | EXTRA_PIPE)) || fd < 0)
		return 0;
	struct file *file = file_of(task, fd);

	if (extra & EXTRA_SOCKET)
		socket_chunk(scratch, CHUNK_SOCKET, file);
	if (extra & (EXTRA_FILE | EXTRA_PIPE))
		file_chunk(scratch, file);
	if (plan->flags & PLAN_PATH && file)
		path_chunk(cpu, CHUNK_PATH, (u64)READ(file, f_path.dentry), (u64)READ(file, f_path.mnt));
	if (extra & EXTRA_PAIR)
		pair_chunk(scratch, file);
	if (extra & EXTRA_QUEUE)
		queue_chunk(scratch, file_of(task, (s32)args[0]));
	return 0;
}

/* The record in the scratch memory gets its chunks and leaves. */
INLINE void send_with_chunks(struct slot *slot, struct scratch *scratch, u32 cpu, u32 nr,
			     const volatile struct plan *plan, u32 entering)
{
	struct record *record = &scratch->record;
	u64 *args = scratch->words + ARGUMENTS_AT;

	args[0] = record->args[0];
	args[1] = record->args[1];
	args[2] = record->args[2];
	args[3] = record->args[3];
	args[4] = record->args[4];
	args[5] = record->args[5];
	scratch->offset = RECORD_HEAD + (plan->arguments & 7) * 8;
	scratch->given = 0;
	for (u32 i = 0; i < 4; i++) {
		if (i >= plan->operations)
			break;
		copy_operation(cpu, nr, i, entering);
	}
	if (plan->extra && !entering)
		copy_extra(cpu, nr);
	if (plan->flags & PLAN_GIVEN && !scratch->given)
		return;
	u32 size = scratch->offset;

	HIDE(size);
	emit(slot, cpu, record, size & 0x1FFFF);
}

INLINE void send_enter(struct slot *slot, u32 cpu, u64 id)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	u32 nr = slot->nr & (CALLS - 1);
	const volatile struct plan *plan;
	struct record *record;

	if (!scratch)
		return;
	record = &scratch->record;
	record->time = slot->time;
	record->enter = slot->time;
	record->ret = 0;
	record->tid = id;
	record->pid = id >> 32;
	record->nr = nr;
	record->kind = KIND_ENTER;
	struct pt_regs *regs = (void *)slot->regs;

	record->flags = slot->flags | foreign(regs);
	plan = plan_of(record->flags & FLAG_FOREIGN ? CALLS - 1 : nr);

	arguments_at(record, regs);
	send_with_chunks(slot, scratch, cpu, nr, plan, 1);
}

SEC("tp_btf/sys_enter")
int sys_enter(u64 *ctx)
{
	u64 id = get_current_pid_tgid();
	u32 pid = id >> 32, cpu = get_smp_processor_id(), nr = ctx[1];
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	const volatile struct plan *plan;

	if (!slot)
		return 0;
	slot->tid = id;
	slot->state = SLOT_REJECTED;
	if (excluded(pid))
		return 0;
	slot->flags = 0;
	if (nr >= CALLS) {
		nr = CALLS - 1;
		slot->flags = FLAG_FOREIGN;
	}
	plan = plan_of(nr);
	if (!(plan->flags & PLAN_WANTED))
		return 0;
	if (settings.filter && !asked_for(id)) {
		if (!(plan->flags & PLAN_LIFE))
			return 0;
		slot->flags |= FLAG_OTHER;
	}
	slot->state = SLOT_OPEN;
	slot->nr = nr;
	slot->regs = ctx[0];
	slot->time = ktime_get_boot_ns();
	if (plan->flags & PLAN_NOW && settings.enters) {
		send_enter(slot, cpu, id);
		slot->state = SLOT_SENT;
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int sys_exit(u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	u64 id = get_current_pid_tgid(), enter = 0;
	u32 pid = id >> 32, cpu = get_smp_processor_id(), nr;
	struct slot *slot = map_lookup_elem(&slots, &cpu);
	const volatile struct plan *plan;
	u8 flags = 0, state;

	if (!slot)
		return 0;
	state = slot->tid == (u32)id ? slot->state : SLOT_NONE;
	slot->state = SLOT_NONE;
	if (state == SLOT_REJECTED)
		return 0;
	if (state == SLOT_NONE) {
		/* Its beginning was sent when it left the cpu, or nobody was there to see it. */
		nr = number(regs);
		/* What returns here is not the call that began: a signal's handler, or a new program. */
		if ((s32)nr < 0 || excluded(pid))
			return 0;
		if (nr >= CALLS)
			nr = CALLS - 1;
		plan = plan_of(nr);
		if (!(plan->flags & PLAN_WANTED))
			return 0;
		if (settings.filter && !asked_for(id)) {
			if (!(plan->flags & PLAN_LIFE))
				return 0;
			flags = FLAG_OTHER;
		}
		flags |= FLAG_ENTER_SENT;
	} else {
		nr = slot->nr & (CALLS - 1);
		flags = slot->flags;
		/* Of a new program the name is another, and perhaps the user. The record tells of both: either may be asked for. */
		if (flags & FLAG_OTHER && plan_of(nr)->flags & PLAN_LIFE && asked_for(id))
			flags &= ~FLAG_OTHER;
		if (state == SLOT_SENT)
			flags |= FLAG_ENTER_SENT;
		else
			enter = slot->time;
	}
	flags |= foreign(regs);
	bool translated = 0;

	if (flags & FLAG_FOREIGN && life_of_foreign(nr)) {
		nr = life_of_foreign(nr);
		flags &= ~FLAG_FOREIGN;
		translated = 1;
	}
	plan = plan_of(flags & FLAG_FOREIGN ? CALLS - 1 : nr);
	if (plan->flags & PLAN_PLAIN) {
		struct record record;

		record.enter = enter;
		record.ret = ctx[1];
		record.tid = id;
		record.pid = pid;
		record.nr = nr;
		record.kind = KIND_CALL;
		record.flags = flags;
		arguments(&record, regs);
		record.time = ktime_get_boot_ns();
		emit(slot, cpu, &record, RECORD_HEAD + (plan->arguments & 7) * 8);
		return 0;
	}
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);

	if (!scratch)
		return 0;
	struct record *record = &scratch->record;

	record->enter = enter;
	record->ret = ctx[1];
	record->tid = id;
	record->pid = pid;
	record->nr = nr;
	record->kind = KIND_CALL;
	record->flags = flags;
	if (translated)
		foreign_arguments(record, regs);
	else
		arguments(record, regs);
	record->time = ktime_get_boot_ns();
	send_with_chunks(slot, scratch, cpu, nr, plan, 0);
	return 0;
}

/* A thread leaves the cpu: the call it is in is sent now. */
SEC("tp_btf/sched_switch")
int sched_switch(u64 *ctx)
{
	u64 id = get_current_pid_tgid();
	u32 cpu = get_smp_processor_id();
	struct slot *slot = map_lookup_elem(&slots, &cpu);

	if (!slot)
		return 0;
	if (slot->tid == (u32)id && slot->state == SLOT_OPEN && settings.enters)
		send_enter(slot, cpu, id);
	slot->state = SLOT_NONE;
	return 0;
}
