// Go's own dialer, a goroutine a connection: WARM_UP and then ROUNDS times COUNT connects at once,
// each closed as it completes. A line a connection of the ROUNDS, unless QUIET:
//
//	<destination> <microseconds>
//
// The last line on standard error leaves out the warm-up, as connect-loop's does.
//
// Usage: go-dial FIRST_HOST PORT COUNT WARM_UP ROUNDS [quiet]   (250 hosts a /24, from .1)
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

func cpuUs() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return (used.Utime.Nano() + used.Stime.Nano()) / 1000
}

func nameHosts(first net.IP, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = net.IPv4(first[0], first[1], first[2]+byte(i/250), byte(1+i%250)).String()
	}
	return names
}

func dialAll(hosts []string, port string, took []time.Duration) {
	var all sync.WaitGroup
	for i, host := range hosts {
		all.Add(1)
		go func(i int, host string) {
			defer all.Done()
			from := time.Now()
			connection, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), 30*time.Second)
			took[i] = time.Since(from)
			if err != nil {
				panic(err)
			}
			connection.Close()
		}(i, host)
	}
	all.Wait()
}

func main() {
	count, _ := strconv.Atoi(os.Args[3])
	warmUp, _ := strconv.Atoi(os.Args[4])
	rounds, _ := strconv.Atoi(os.Args[5])
	hosts := nameHosts(net.ParseIP(os.Args[1]).To4(), count)
	took := make([]time.Duration, count)
	for round := 0; round < warmUp; round++ {
		dialAll(hosts, os.Args[2], took)
	}
	cpuFrom, wallFrom := cpuUs(), time.Now()
	for round := 0; round < rounds; round++ {
		dialAll(hosts, os.Args[2], took)
		if len(os.Args) > 6 {
			continue
		}
		for i, host := range hosts {
			fmt.Println(host, took[i].Microseconds())
		}
	}
	fmt.Fprintf(os.Stderr, "{\"checks\": %d, \"cpuUs\": %d, \"wallUs\": %d}\n",
		count*rounds, cpuUs()-cpuFrom, time.Since(wallFrom).Microseconds())
}
