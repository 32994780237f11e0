//go:build race

package main

const racing = true // with -race, simulations take several times as long
