/*
 * The limit: a burst of connects in one epoll loop, timed by the kernel. A line a connection:
 *
 *     <destination> <source port> <microseconds>
 *
 * The last line on standard error is `cpu_us <microseconds of CPU for all>`.
 * Usage: connect-loop COUNT PORT   (to 10.77.1.1, 10.77.1.2, …: 250 hosts a /24)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void report(int fd, const struct sockaddr_in *to) {
  struct tcp_info info = {0};
  struct sockaddr_in own;
  socklen_t length = sizeof info, own_length = sizeof own;
  getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
  getsockname(fd, (struct sockaddr *)&own, &own_length);
  printf("%s %u %u\n", inet_ntoa(to->sin_addr), ntohs(own.sin_port), info.tcpi_rtt);
}

int main(int count, char **arguments) {
  if (count != 3) { fprintf(stderr, "usage: connect-loop COUNT PORT\n"); return 2; }
  int wanted = atoi(arguments[1]), port = atoi(arguments[2]), open = 0, loop = epoll_create1(0);
  struct sockaddr_in *hosts = calloc((size_t)wanted, sizeof *hosts);
  int *sockets = calloc((size_t)wanted, sizeof *sockets);
  for (int i = 0; i < wanted; i++) {
    hosts[i].sin_family = AF_INET;
    hosts[i].sin_port = htons((uint16_t)port);
    hosts[i].sin_addr.s_addr = htonl(10u << 24 | 77u << 16 | (unsigned)(1 + i / 250) << 8 | (unsigned)(1 + i % 250));
    sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (sockets[i] < 0) { perror("socket"); return 1; }
    if (connect(sockets[i], (struct sockaddr *)&hosts[i], sizeof hosts[i]) < 0 && errno != EINPROGRESS) {
      perror("connect");
      return 1;
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
    epoll_ctl(loop, EPOLL_CTL_ADD, sockets[i], &event);
    open++;
  }
  struct epoll_event events[256];
  while (open > 0) {
    int n = epoll_wait(loop, events, 256, 10000);
    if (n <= 0) break;
    for (int k = 0; k < n; k++, open--) {
      int i = (int)events[k].data.u32;
      report(sockets[i], &hosts[i]);
      close(sockets[i]);
    }
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  fprintf(stderr, "cpu_us %ld\n", (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  return 0;
}
