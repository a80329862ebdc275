/*
 * A target that costs little: accepts on every 127.x.y.z, from this machine only, and closes a
 * connection when 8,192 newer ones have come, so that it is the client's FIN that ends it. Prints
 * its port.
 *
 * Usage: accept-loop   (until SIGTERM)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT = 8192 };

static void die(const char *what) { perror(what); exit(1); }

int main(void) {
  static int kept[KEPT];
  struct rlimit files = {KEPT + 64, KEPT + 64};
  if (setrlimit(RLIMIT_NOFILE, &files) < 0) die("setrlimit");
  int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t length = sizeof at;
  if (server < 0 || setsockopt(server, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0) die("bind to lo");
  if (bind(server, (void *)&at, length) < 0 || listen(server, 4096) < 0) die("listen");
  getsockname(server, (void *)&at, &length);
  printf("%u\n", ntohs(at.sin_port));
  fflush(stdout);
  for (unsigned i = 0;; i = (i + 1) % KEPT) {
    int connection = accept4(server, NULL, NULL, SOCK_NONBLOCK);
    if (connection < 0) continue;
    if (kept[i] > 0) close(kept[i]);
    kept[i] = connection;
  }
}
