/* The maps, and how a record leaves. */
#ifndef SCAPTUI_RINGS_H
#define SCAPTUI_RINGS_H

#include "records.h"

const volatile struct settings settings = {};
const volatile struct plan plans[CALLS] = {};

/* The compiler may not assume anything about the value: what follows bounds it for the verifier, too. */
#define HIDE(value) __asm__ volatile("" : "+r"(value))

INLINE const volatile struct plan *plan_of(u32 nr)
{
	HIDE(nr);
	return &plans[nr & (CALLS - 1)];
}

/* One ring for each cpu, or group of cpus where there are more than rings. The loader gives each its size. */
#define RINGS 16
#define RING(n)                                                                                                        \
	struct {                                                                                                       \
		__uint(type, MAP_RINGBUF);                                                                             \
		__uint(max_entries, 4096);                                                                             \
	} ring_##n SEC(".maps");
RING(0) RING(1) RING(2) RING(3) RING(4) RING(5) RING(6) RING(7)
RING(8) RING(9) RING(10) RING(11) RING(12) RING(13) RING(14) RING(15)

/* The call that the cpu's thread is in. */
enum { SLOT_NONE = 0, SLOT_REJECTED = 1, SLOT_OPEN = 2, SLOT_SENT = 3 };
struct slot {
	u64 time, regs;
	u32 tid, nr;
	u8 state, flags; /* flags of the record to come */
	u16 reserved;
	u32 lost;	  /* and not told of yet */
	u64 reserved2[4]; /* a cache line each */
};
struct {
	__uint(type, MAP_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct slot);
} slots SEC(".maps");

/* Where records with chunks are made, one for each cpu. */
#define CHUNKS_END 0xFFFC
#define ARGUMENTS_AT 64
struct scratch {
	u32 offset, room; /* in memory, not in registers: loops keep one state for the verifier */
	u32 given, reserved; /* descriptors that came with a message */
	u64 total;
	u64 words[ARGUMENTS_AT + 8]; /* an array of buffers, then the call's arguments */
	union {
		struct record record;
		u8 bytes[0x20000];
	};
};
struct {
	__uint(type, MAP_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* What filters ask for; a single process is in the settings. */
#define ASKED(name, of)                                                                                                \
	struct {                                                                                                       \
		__uint(type, MAP_HASH);                                                                                \
		__uint(max_entries, 256);                                                                              \
		__type(key, of);                                                                                       \
		__type(value, u8);                                                                                     \
	} name SEC(".maps");
ASKED(pids, u32)
ASKED(uids, u32)
ASKED(comms, struct comm)
/* Threads by whether the name is asked for that readers have for them: the one they began with, got with a program, or are
 * listed with. Readers do not follow a thread that names itself. One that is not here may have any name. */
ASKED(named, u32)

#define PUT(n)                                                                                                         \
	case n: return ringbuf_output(&ring_##n, record, size, RING_NO_WAKEUP);
INLINE long put(u32 cpu, void *record, u64 size)
{
	switch (cpu & (RINGS - 1)) {
		PUT(0) PUT(1) PUT(2) PUT(3) PUT(4) PUT(5) PUT(6) PUT(7)
		PUT(8) PUT(9) PUT(10) PUT(11) PUT(12) PUT(13) PUT(14) PUT(15)
	}
	return -1;
}

/* Sends a record; the next that fits tells how many did not. */
INLINE void emit(struct slot *slot, u32 cpu, struct record *record, u64 size)
{
	u32 lost = slot->lost;

	record->lost = lost < 0xFFFF ? lost : 0xFFFF;
	record->cpu = cpu;
	if (put(cpu, record, size))
		slot->lost = lost + 1;
	else if (lost)
		slot->lost = lost - record->lost;
}

#endif
