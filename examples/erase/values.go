package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"
	"iter"
)

// values are the unique texts that contacts are named by, in the order in which
// they came. They are kept in a few large blocks, since there may be millions.
type values struct {
	key func(string) string // two texts with the same key are the same value

	blocks [][]byte // each text with its length before it
	places []place
	table  []uint32 // open addressing: 1 + index of a text, or 0
	seed   maphash.Seed
}

type place struct{ block, offset uint32 }

const blockSize = 1 << 20

func newValues(key func(string) string) *values {
	return &values{key: key, table: make([]uint32, 64), seed: maphash.MakeSeed()}
}

func (v *values) len() int { return len(v.places) }

// at returns the i-th text, as it was when it was added first.
func (v *values) at(i int) string {
	p := v.places[i]
	b := v.blocks[p.block][p.offset:]
	n, prefix := binary.Uvarint(b)
	return string(b[prefix : prefix+int(n)])
}

func (v *values) all() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range v.places {
			if !yield(i, v.at(i)) {
				return
			}
		}
	}
}

// find returns the index of the text with the key of s.
func (v *values) find(s string) (int, bool) {
	i := v.table[v.slot(v.key(s))]
	return int(i) - 1, i > 0
}

// slot is where the text with this key is in the table, or belongs.
func (v *values) slot(key string) int {
	mask := len(v.table) - 1
	for at := int(maphash.String(v.seed, key)) & mask; ; at = (at + 1) & mask {
		if i := v.table[at]; i == 0 || v.key(v.at(int(i)-1)) == key {
			return at
		}
	}
}

// add tells whether s is new.
func (v *values) add(s string) bool {
	slot := v.slot(v.key(s))
	if v.table[slot] > 0 {
		return false
	}
	last := len(v.blocks) - 1
	if last < 0 || len(v.blocks[last])+binary.MaxVarintLen64+len(s) > cap(v.blocks[last]) {
		v.blocks = append(v.blocks, make([]byte, 0, max(blockSize, binary.MaxVarintLen64+len(s))))
		last++
	}
	b := v.blocks[last]
	v.places = append(v.places, place{uint32(last), uint32(len(b))})
	v.blocks[last] = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	v.table[slot] = uint32(len(v.places))
	if 4*len(v.places) > 3*len(v.table) {
		v.table = make([]uint32, 2*len(v.table))
		for i, s := range v.all() {
			v.table[v.slot(v.key(s))] = uint32(i) + 1
		}
	}
	return true
}

// digest is the same for the same values in any order.
func (v *values) digest() string {
	var sum [sha256.Size]byte
	for _, s := range v.all() {
		for i, b := range sha256.Sum256([]byte(v.key(s))) {
			sum[i] ^= b
		}
	}
	return "sha256:" + hex.EncodeToString(sum[:])
}
