/* Chunks: what a call's arguments point to. */
#ifndef SCAPTUI_COPY_H
#define SCAPTUI_COPY_H

#include "rings.h"

#define TEXT_MOST 4096
#define VECTORS 32

/* Room for a chunk; its offset is looked up anew each time, so that the verifier meets one state, not thousands. */
INLINE struct chunk *chunk_at(struct scratch *scratch)
{
	u32 offset = scratch->offset;

	if (offset > CHUNKS_END)
		return NULL;
	HIDE(offset);
	offset &= CHUNKS_END;
	return (struct chunk *)&scratch->bytes[offset];
}

INLINE void close_chunk(struct scratch *scratch, struct chunk *chunk, u32 what, u32 status, u32 length)
{
	chunk->length = length;
	chunk->what = what;
	chunk->status = status;
	scratch->offset += sizeof(*chunk) + ((length + 3) & ~3u);
}

/* Bytes of the process. Where a page is missing, those before it. */
INLINE u32 read_bytes(u8 *to, u64 from, u32 length, u32 *status)
{
	*status = STATUS_FINE;
	HIDE(length);
	length &= 0xFFFF;
	if (!from) {
		*status = length ? STATUS_NULL : STATUS_FINE;
		return 0;
	}
	if (!probe_read_user(to, length, (void *)from))
		return length;
	u32 page = 4096 - (from & 4095);

	if (page < length && !probe_read_user(to, page & 0xFFF, (void *)from))
		return page;
	*status = STATUS_FAULT;
	return 0;
}

INLINE void copy_bytes(struct scratch *scratch, u32 what, u64 from, u32 length)
{
	struct chunk *chunk = chunk_at(scratch);
	u32 status;

	if (!chunk)
		return;
	length = read_bytes((u8 *)(chunk + 1), from, length, &status);
	close_chunk(scratch, chunk, what, status, length);
}

INLINE void copy_text(struct scratch *scratch, u32 what, u64 from)
{
	struct chunk *chunk = chunk_at(scratch);
	u32 status = STATUS_NULL;
	long length = 0;

	if (!chunk)
		return;
	if (from) {
		length = probe_read_user_str(chunk + 1, TEXT_MOST, (void *)from);
		status = length < 0 ? STATUS_FAULT : STATUS_FINE;
		if (length < 0)
			length = 0;
	}
	close_chunk(scratch, chunk, what, status, length);
}

INLINE u32 at_most(u64 length, u32 most)
{
	return length < most ? length : most;
}

/* Buffers of an array, one behind the other: total length first, bytes while there is room in the snap length.
 * A result below zero sets no bound. */
GLOBAL int copy_vector(u32 cpu, u32 what, u64 array, u64 count, s64 result)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct chunk *chunk;
	u64 *vector;
	u32 start, status = STATUS_FINE;

	if (!scratch)
		return 0;
	start = scratch->offset;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	scratch->total = 0;
	scratch->room = settings.snaplen;
	if (result >= 0 && result < settings.snaplen)
		scratch->room = result;
	count = at_most(count, VECTORS);
	vector = scratch->words;
	if (!array)
		status = STATUS_NULL;
	else if (probe_read_user(vector, (count * 16) & 0x7FF, (void *)array))
		status = STATUS_FAULT;
	scratch->offset = start + sizeof(*chunk) + 8;
	for (u32 i = 0; i < VECTORS; i++) {
		u64 base, length;
		u32 offset, part, read;

		if (i >= count || status)
			break;
		base = vector[i * 2];
		length = vector[i * 2 + 1];
		scratch->total += length;
		part = at_most(length, scratch->room);
		offset = scratch->offset;
		if (!part || offset > CHUNKS_END)
			continue;
		HIDE(offset);
		offset &= 0xFFFF;
		part = read_bytes(&scratch->bytes[offset], base, part, &read);
		if (read)
			break;
		scratch->offset += part;
		scratch->room -= part;
	}
	u32 length = scratch->offset - start - sizeof(*chunk);

	scratch->offset = start;
	chunk = chunk_at(scratch);
	if (!chunk)
		return 0;
	__builtin_memcpy(chunk + 1, &scratch->total, 8);
	close_chunk(scratch, chunk, what, status, length);
	return 0;
}

/* A message header of the 64-bit interface. */
struct message {
	u64 name;
	u32 name_length, reserved;
	u64 vector, count, control, control_length;
};

GLOBAL int copy_message(u32 cpu, u32 what, u64 header, s64 result)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	struct message message = {};

	if (!scratch || !header || probe_read_user(&message, sizeof(message), (void *)header))
		return 0;
	copy_vector(cpu, what, message.vector, message.count, result);
	if (message.name)
		copy_bytes(scratch, CHUNK_NAME, message.name, at_most(message.name_length, 128));
	if (message.control)
		copy_bytes(scratch, CHUNK_CONTROL, message.control, at_most(message.control_length, settings.snaplen));
	return 0;
}

/* One operation of a plan, for the record that stands in the scratch memory. */
GLOBAL int copy_operation(u32 cpu, u32 nr, u32 index, u32 entering)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);
	const volatile struct operation *operation;
	u64 pointer, length = 0;
	s64 result;

	if (!scratch)
		return 0;
	operation = &plan_of(nr)->operation[index & 3];
	/* The arguments were put beside the record: behind it chunks grow over them. */
	u64 *args = scratch->words + ARGUMENTS_AT;

	result = scratch->record.ret;
	pointer = args[operation->argument & 7];
	if (entering ? operation->at_enter != 1 : (!operation->at_enter && result < 0))
		return 0;
	u32 from = operation->length & 7;

	if (operation->length & 8)
		length = result > 0 ? (u64)result : args[from];
	else if (from == LENGTH_RESULT)
		length = result < 0 ? 0 : result;
	else
		length = args[from];
	switch (operation->copy) {
	case COPY_TEXT:
		copy_text(scratch, index, pointer);
		break;
	case COPY_BYTES:
		copy_bytes(scratch, index, pointer, at_most(length, settings.snaplen));
		break;
	case COPY_FIXED:
		copy_bytes(scratch, index, pointer, operation->size);
		break;
	case COPY_LIST:
		length = (length & 0xFFFF) * operation->size;
		copy_bytes(scratch, index, pointer, at_most(length, 4096));
		break;
	case COPY_ADDRESS:
		copy_bytes(scratch, index, pointer, at_most(length & 0xFFFFFFFF, 128));
		break;
	case COPY_ADDRESS_OUT: {
		u32 known = 0;

		if (!pointer || !length || probe_read_user(&known, sizeof(known), (void *)length))
			return 0;
		copy_bytes(scratch, index, pointer, at_most(known, 128));
		break;
	}
	case COPY_VECTOR:
		copy_vector(cpu, index, pointer, length, operation->at_enter == 2 && result < 0 ? -1 : result);
		break;
	case COPY_MESSAGE:
		copy_message(cpu, index, pointer, result);
		break;
	}
	return 0;
}

#endif
