/*
 * A target that costs little: accepts on every 127.x.y.z, from this machine only, and closes a
 * connection when it sees the client's FIN, as a server does that has nothing more to say. Prints
 * its port.
 *
 * Usage: accept-loop   (until SIGTERM)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_OPEN = 8192, BATCH = 256 };

static void die(const char *what) { perror(what); exit(1); }

static void watch(int epoll, int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0) die("epoll_ctl");
}

static void accept_all(int epoll, int server) {
  int connection;
  while ((connection = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0) watch(epoll, connection);
}

int main(void) {
  struct rlimit files = {MOST_OPEN, MOST_OPEN};
  if (setrlimit(RLIMIT_NOFILE, &files) < 0) die("setrlimit");
  int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t length = sizeof at;
  if (server < 0 || setsockopt(server, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0) die("bind to lo");
  if (bind(server, (void *)&at, length) < 0 || listen(server, 4096) < 0) die("listen");
  getsockname(server, (void *)&at, &length);
  printf("%u\n", ntohs(at.sin_port));
  fflush(stdout);
  int epoll = epoll_create1(0);
  if (epoll < 0) die("epoll_create1");
  watch(epoll, server);
  struct epoll_event ready[BATCH];
  for (;;) {
    int count = epoll_wait(epoll, ready, BATCH, -1);
    for (int i = 0; i < count; i++) {
      // A client sends nothing, so that a connection is ready when its FIN is there.
      if (ready[i].data.fd == server) accept_all(epoll, server);
      else close(ready[i].data.fd);
    }
  }
}
