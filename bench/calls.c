/* System calls whose cost is measured: thread CPU time per call, or as many as possible for some seconds.
 * Usage: calls cost CPU [CALLS OF A CHUNK] | calls loop CPU SECONDS */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHUNKS 60
#define CALLS 4000

static int zeros;
static char buffer[64];

static void one(int kind)
{
	if (kind == 0)
		syscall(SYS_getppid);
	else if (kind == 1)
		(void)!read(zeros, buffer, sizeof(buffer));
	else
		close(open("/etc/hostname", O_RDONLY));
}

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The 10th percentile of chunks, for each kind of call. */
static void cost(int calls)
{
	static double chunk[3][CHUNKS];

	for (int i = 0; i < CHUNKS; i++)
		for (int kind = 0; kind < 3; kind++) {
			double began = now(CLOCK_THREAD_CPUTIME_ID);

			for (int call = 0; call < calls; call++)
				one(kind);
			chunk[kind][i] = (now(CLOCK_THREAD_CPUTIME_ID) - began) / calls;
		}
	for (int kind = 0; kind < 3; kind++) {
		qsort(chunk[kind], CHUNKS, sizeof(double), compare);
		printf("%.1f\n", chunk[kind][CHUNKS / 10]);
	}
}

static void loop(double seconds)
{
	double end = now(CLOCK_MONOTONIC) + seconds * 1e9;
	long calls = 0;

	while (now(CLOCK_MONOTONIC) < end)
		for (int i = 0; i < 1000; i++, calls++)
			one(i % 2);
	printf("%ld\n", calls);
}

int main(int count, char **words)
{
	cpu_set_t cpus;

	if (count < 3)
		return 2;
	CPU_ZERO(&cpus);
	CPU_SET(atoi(words[2]), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return 1;
	zeros = open("/dev/zero", O_RDONLY);
	if (!strcmp(words[1], "cost"))
		cost(count > 3 ? atoi(words[3]) : CALLS);
	else
		loop(atof(words[3]));
	return 0;
}
