//go:build !race

package main

const racing = false // with -race, simulations take several times as long
