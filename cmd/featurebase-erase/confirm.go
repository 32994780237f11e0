package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

var errNotConfirmed = errors.New("it was not confirmed")

const tries = 3

// confirm has somebody type what is about to happen. What was typed before it was
// asked for does not count.
func confirm(ctx context.Context, stdin *os.File, w io.Writer, want string) error {
	lines := bufio.NewReader(stdin)
	for range tries {
		flushInput(stdin)
		fmt.Fprintf(w, "Type %q to go on: ", want)
		answer, err := await(ctx, func() string {
			line, _ := lines.ReadString('\n')
			return line
		})
		if err != nil {
			return err
		}
		if strings.TrimSpace(answer) == want {
			return nil
		}
		if answer == "" { // the end of the input
			break
		}
	}
	return errNotConfirmed
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
