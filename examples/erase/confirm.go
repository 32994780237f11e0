package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

var errNotConfirmed = errors.New("that was not the number asked for")

// confirm asks for the number of contacts.
func confirm(ctx context.Context, stdin io.Reader, s *screen, n int) error {
	_, _ = fmt.Fprintf(s.w, "Type %d to go on: ", n)
	answer, err := await(ctx, func() string {
		line, _ := bufio.NewReader(stdin).ReadString('\n')
		return line
	})
	if err == nil && strings.TrimSpace(answer) != strconv.Itoa(n) {
		err = errNotConfirmed
	}
	return err
}

// await runs what can't be interrupted, such as reading from a terminal, and is
// itself interrupted when ctx ends.
func await[T any](ctx context.Context, f func() T) (T, error) {
	result := make(chan T, 1)
	go func() { result <- f() }()
	select {
	case v := <-result:
		return v, nil
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
