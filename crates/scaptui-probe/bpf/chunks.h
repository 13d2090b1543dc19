/* Chunks: how they are made, and bytes of the process in them. */
#ifndef SCAPTUI_CHUNKS_H
#define SCAPTUI_CHUNKS_H

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

INLINE void number_chunk_in(struct scratch *scratch, u32 what, u32 number)
{
	struct chunk *chunk = chunk_at(scratch);

	if (!chunk)
		return;
	__builtin_memcpy(chunk + 1, &number, sizeof(number));
	close_chunk(scratch, chunk, what, STATUS_FINE, sizeof(number));
}

GLOBAL int number_chunk(u32 cpu, u32 what, u32 number)
{
	struct scratch *scratch = map_lookup_elem(&scratches, &cpu);

	if (scratch)
		number_chunk_in(scratch, what, number);
	return 0;
}

#endif
