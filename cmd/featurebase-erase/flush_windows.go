package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// flushInput drops what was typed ahead.
func flushInput(f *os.File) { _ = windows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) }
