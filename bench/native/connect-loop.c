/*
 * The limit: connects in one epoll loop, timed by the kernel. WARM_UP times and then ROUNDS times it
 * connects to COUNT hosts and closes each as it completes: all at once, or in the ROUNDS PER_TICK
 * every 5 ms. A line a connection, unless quiet:
 *
 *     <destination> <microseconds>
 *
 * The last line on standard error leaves out the warm-up:
 *
 *     {"checks": …, "cpuUs": …, "wallUs": …}
 *
 * Usage: connect-loop FIRST_HOST PORT COUNT WARM_UP ROUNDS [quiet [PER_TICK]]
 * (250 hosts a /24, from .1)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in *hosts;
static int *sockets;
static int is_quiet, per_tick;

enum { TICK_US = 5000, LONGEST_WAIT_US = 10000000 };

static void die(const char *what) { perror(what); exit(1); }

static int64_t wall_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int64_t cpu_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static void name_hosts(uint32_t first, int port, int count) {
  hosts = calloc((size_t)count, sizeof *hosts);
  sockets = calloc((size_t)count, sizeof *sockets);
  if (!hosts || !sockets) die("memory");
  for (int i = 0; i < count; i++) {
    hosts[i].sin_family = AF_INET;
    hosts[i].sin_port = htons((uint16_t)port);
    hosts[i].sin_addr.s_addr = htonl(first + (uint32_t)(i / 250) * 256 + (uint32_t)(i % 250));
  }
}

static void begin(int loop, int i) {
  sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (sockets[i] < 0) die("socket");
  if (connect(sockets[i], (struct sockaddr *)&hosts[i], sizeof hosts[i]) < 0 && errno != EINPROGRESS) die("connect");
  struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, sockets[i], &event) < 0) die("epoll_ctl");
}

static void complete(int i) {
  struct tcp_info info = {0};
  socklen_t length = sizeof info;
  getsockopt(sockets[i], IPPROTO_TCP, TCP_INFO, &info, &length);
  close(sockets[i]);
  if (!is_quiet) printf("%s %u\n", inet_ntoa(hosts[i].sin_addr), info.tcpi_rtt);
}

/* Completes what is ready until the time is over, or only `least` are open; returns how many are. */
static int drain(int loop, int open, int least, int64_t until_us) {
  struct epoll_event events[256];
  for (int64_t left = until_us - wall_us(); open > least && left > 0; left = until_us - wall_us()) {
    int n = epoll_wait(loop, events, 256, (int)((left + 999) / 1000));
    if (n < 0) die("epoll_wait");
    for (int k = 0; k < n; k++) complete((int)events[k].data.u32);
    open -= n;
  }
  return open;
}

static void connect_all(int loop, int count) {
  int open = 0;
  for (int i = 0; i < count; i++) {
    begin(loop, i);
    open++;
    if (per_tick > 0 && (i + 1) % per_tick == 0) open = drain(loop, open, -1, wall_us() + TICK_US);
  }
  if (drain(loop, open, 0, wall_us() + LONGEST_WAIT_US) > 0) die("no answer");
}

int main(int count, char **arguments) {
  if (count < 6) { fprintf(stderr, "usage: connect-loop FIRST_HOST PORT COUNT WARM_UP ROUNDS [quiet [PER_TICK]]\n"); return 2; }
  int host_count = atoi(arguments[3]), loop = epoll_create1(0);
  int warm_up = atoi(arguments[4]), rounds = atoi(arguments[5]);
  name_hosts(ntohl(inet_addr(arguments[1])), atoi(arguments[2]), host_count);
  is_quiet = count > 6;
  for (int round = 0; round < warm_up; round++) connect_all(loop, host_count);
  per_tick = count > 7 ? atoi(arguments[7]) : 0;
  int64_t cpu_from = cpu_us(), wall_from = wall_us();
  for (int round = 0; round < rounds; round++) connect_all(loop, host_count);
  fprintf(stderr, "{\"checks\": %d, \"cpuUs\": %lld, \"wallUs\": %lld}\n", host_count * rounds,
          (long long)(cpu_us() - cpu_from), (long long)(wall_us() - wall_from));
  return 0;
}
