/*
 * A path of known delay. Opens a TUN device, plays every host behind it, and answers each SYN after
 * a fixed time: 10.77.0-63.x completes the handshake, 10.77.64-95.x does so for the second SYN only,
 * 10.77.128-191.x refuses it, 10.77.192-255.x stays silent. A packet socket on the same device takes
 * the kernel's own time stamps of each SYN that leaves and of each answer that arrives; on SIGTERM
 * they are printed, a line a connection, in any order:
 *
 *     <destination> <first SYN, us> <SYNs sent> <microseconds from it to the answer, or -1>
 *
 * Usage: delayed-path DEVICE DELAY_US   (as root, in a network namespace of its own)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 1 << 17, FLOWS = 1 << 21, PACKET = 40 };

struct answer { int64_t due_ns; unsigned char bytes[PACKET]; };
struct flow { uint32_t to; uint16_t port; uint16_t syns; int is_lost; int64_t syn_ns, answer_ns; };

static struct answer *queue;
static unsigned head, tail;
static struct flow *flows;
static unsigned flow_count;
static volatile sig_atomic_t stopping;

static void stop(int signal) { (void)signal; stopping = 1; }

static void die(const char *what) { perror(what); exit(1); }

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint32_t sum(const void *data, size_t length, uint32_t so_far) {
  const unsigned char *bytes = data;
  for (size_t i = 0; i + 1 < length; i += 2) so_far += bytes[i] << 8 | bytes[i + 1];
  return so_far;
}

static uint16_t fold(uint32_t s) {
  while (s >> 16) s = (s & 0xffff) + (s >> 16);
  return htons(~s & 0xffff);
}

static struct flow *flow_of(uint32_t to, uint16_t port) {
  uint32_t h = (to ^ (uint32_t)port << 16 ^ port) * 2654435761u;
  for (unsigned i = h % FLOWS;; i = (i + 1) % FLOWS) {
    if (flows[i].to == 0) {
      if (++flow_count > FLOWS / 2) { fprintf(stderr, "more connections than one path can note\n"); exit(1); }
      flows[i].to = to;
      flows[i].port = port;
    }
    if (flows[i].to == to && flows[i].port == port) return &flows[i];
  }
}

/* The first SYN of a connection to a host behind the lossy part of the path. */
static int loses(const struct iphdr *ip, const struct tcphdr *tcp) {
  unsigned kind = ntohl(ip->daddr) >> 8 & 0xff;
  if (kind < 64 || kind >= 96 || !tcp->syn) return 0;
  struct flow *flow = flow_of(ip->daddr, ntohs(tcp->source));
  return flow->is_lost++ == 0;
}

/* The answer to one TCP packet, both headers without options. Returns 0 where silence is the answer. */
static int answer_to(const struct iphdr *ip, const struct tcphdr *tcp, unsigned char *out) {
  unsigned kind = ntohl(ip->daddr) >> 8 & 0xff;
  if (kind >= 192 || tcp->rst || (!tcp->syn && !tcp->fin) || loses(ip, tcp)) return 0;
  struct iphdr *rip = (struct iphdr *)out;
  struct tcphdr *rtcp = (struct tcphdr *)(out + 20);
  memset(out, 0, PACKET);
  rip->version = 4; rip->ihl = 5; rip->ttl = 64; rip->protocol = IPPROTO_TCP;
  rip->tot_len = htons(PACKET); rip->saddr = ip->daddr; rip->daddr = ip->saddr;
  rip->check = fold(sum(rip, 20, 0));
  rtcp->source = tcp->dest; rtcp->dest = tcp->source; rtcp->doff = 5; rtcp->window = htons(65535);
  rtcp->ack = 1; rtcp->ack_seq = htonl(ntohl(tcp->seq) + 1);
  if (tcp->syn && kind >= 128) rtcp->rst = 1;
  else if (tcp->syn) { rtcp->syn = 1; rtcp->seq = htonl(1000); }
  else { rtcp->fin = 1; rtcp->seq = htonl(1001); }
  uint32_t pseudo = sum(&rip->saddr, 8, IPPROTO_TCP + 20);
  rtcp->check = fold(sum(rtcp, 20, pseudo));
  return 1;
}

static void note(const struct iphdr *ip, const struct tcphdr *tcp, int64_t at_ns, int leaving) {
  if (leaving && tcp->syn) {
    struct flow *flow = flow_of(ip->daddr, ntohs(tcp->source));
    if (flow->syns++ == 0) flow->syn_ns = at_ns;
  } else if (!leaving && (tcp->syn || tcp->rst)) {
    struct flow *flow = flow_of(ip->saddr, ntohs(tcp->dest));
    if (flow->answer_ns == 0) flow->answer_ns = at_ns;
  }
}

static void read_stamps(int fd) {
  unsigned char bytes[256], control[128];
  struct sockaddr_ll from;
  for (;;) {
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr message = {&from, sizeof from, &part, 1, control, sizeof control, 0};
    ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
    if (n < PACKET) { if (n < 0) return; continue; }
    const struct iphdr *ip = (void *)bytes;
    if (ip->version != 4 || ip->protocol != IPPROTO_TCP) continue;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS) continue;
      struct timespec t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      note(ip, (void *)(bytes + ip->ihl * 4), t.tv_sec * 1000000000LL + t.tv_nsec,
           from.sll_pkttype == PACKET_OUTGOING);
    }
  }
}

static int open_tun(const char *device) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  if (fd < 0) die("/dev/net/tun");
  struct ifreq request = {0};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(fd, TUNSETIFF, &request) < 0) die("TUNSETIFF");
  return fd;
}

static int open_stamps(const char *device) {
  int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL)), on = 1, room = 64 << 20;
  if (fd < 0) die("packet socket");
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
                           .sll_ifindex = (int)if_nametoindex(device)};
  if (bind(fd, (void *)&at, sizeof at) < 0) die("bind packet socket");
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) die("SO_TIMESTAMPNS");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  return fd;
}

static void take_packets(int tun, int64_t delay_ns) {
  unsigned char bytes[2048];
  for (ssize_t n; (n = read(tun, bytes, sizeof bytes)) >= PACKET;) {
    const struct iphdr *ip = (void *)bytes;
    if (ip->version != 4 || ip->protocol != IPPROTO_TCP) continue;
    struct answer *next = &queue[tail % QUEUE];
    if (tail - head < QUEUE && answer_to(ip, (void *)(bytes + ip->ihl * 4), next->bytes)) {
      next->due_ns = now_ns() + delay_ns;
      tail++;
    }
  }
}

static void give_answers(int tun) {
  for (; head != tail && queue[head % QUEUE].due_ns <= now_ns(); head++)
    if (write(tun, queue[head % QUEUE].bytes, PACKET) < 0 && errno != EIO) die("write");
}

static void print_flows(void) {
  for (unsigned i = 0; i < FLOWS; i++) {
    struct flow *flow = &flows[i];
    if (flow->syns == 0) continue;
    char to[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &flow->to, to, sizeof to);
    printf("%s %.3f %u %.3f\n", to, flow->syn_ns / 1000.0, flow->syns,
           flow->answer_ns == 0 ? -1.0 : (flow->answer_ns - flow->syn_ns) / 1000.0);
  }
}

int main(int count, char **arguments) {
  if (count != 3) { fprintf(stderr, "usage: delayed-path DEVICE DELAY_US\n"); return 2; }
  queue = calloc(QUEUE, sizeof *queue);
  flows = calloc(FLOWS, sizeof *flows);
  if (!queue || !flows) die("memory");
  struct sigaction act = {.sa_handler = stop};
  sigaction(SIGTERM, &act, NULL);
  sigaction(SIGINT, &act, NULL);
  int tun = open_tun(arguments[1]);
  int64_t delay_ns = atoll(arguments[2]) * 1000;
  char up[256];
  snprintf(up, sizeof up, "ip addr add 10.77.0.1/16 dev %s && ip link set %s up txqueuelen 10000", arguments[1], arguments[1]);
  if (system(up) != 0) die("ip");
  int stamps = open_stamps(arguments[1]);
  printf("ready\n");
  fflush(stdout);
  struct pollfd watched[2] = {{tun, POLLIN, 0}, {stamps, POLLIN, 0}};
  while (!stopping) {
    int64_t wait_ns = head == tail ? 50000000 : queue[head % QUEUE].due_ns - now_ns();
    struct timespec wait = {0, wait_ns < 0 ? 0 : wait_ns};
    ppoll(watched, 2, &wait, NULL);
    take_packets(tun, delay_ns);
    give_answers(tun);
    read_stamps(stamps);
  }
  read_stamps(stamps);
  print_flows();
  return 0;
}
