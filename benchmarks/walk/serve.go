package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/featurebase-community/featurebase-go/benchmarks/stub"
)

const pageSize = 100

// serve responds to lists of contacts until its process is killed, at as little
// cost as possible: with responses that are made beforehand, and without
// net/http. It prints its base URL first.
func serve(contacts int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var pages [][]byte
	for first := 0; first < contacts; first += pageSize {
		next := ""
		if first+pageSize < contacts {
			next = fmt.Sprint("page", len(pages)+1)
		}
		body := stub.ContactPage(first, min(pageSize, contacts-first), next)
		var b bytes.Buffer
		b.WriteString("HTTP/1.1 200 OK\r\n")
		for name, values := range stub.Header() {
			fmt.Fprintf(&b, "%s: %s\r\n", name, values[0])
		}
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
		pages = append(pages, b.Bytes())
	}
	fmt.Fprintf(os.Stdout, "http://%s\n", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go respond(conn, pages)
	}
}

func respond(conn net.Conn, pages [][]byte) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		page := 0
		if _, cursor, ok := strings.Cut(line, "cursor=page"); ok {
			_, _ = fmt.Sscanf(cursor, "%d", &page)
		}
		for strings.TrimSpace(line) != "" {
			if line, err = in.ReadString('\n'); err != nil {
				return
			}
		}
		_ = conn.SetWriteDeadline(time.Now().Add(time.Minute))
		if _, err := conn.Write(pages[page]); err != nil {
			return
		}
	}
}
