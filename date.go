package featurebase

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, without a time of day and without a time zone. It
// is sent as it is, such as 2026-06-01, and is the same day for whoever reads it.
// A time.Time names different days in different time zones; see [DateOf].
//
// The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day that it is at t in a time zone: time.UTC, time.Local, or
// the zone in which t was written, which is t.Location().
func DateOf(t time.Time, zone *time.Location) Date {
	year, month, day := t.In(zone).Date()
	return Date{year, month, day}
}

// ParseDate returns the date that a string such as 2026-06-01 stands for.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("featurebase: malformed date %s: want a day that exists, like 2026-06-01", quote(s))
	}
	return DateOf(t, time.UTC), nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns d as in 2026-06-01.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText implements encoding.TextMarshaler. It returns an error if there is no
// such day.
func (d Date) MarshalText() ([]byte, error) {
	text := d.String()
	if _, err := ParseDate(text); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// check implements checker.
func (d Date) check(name string) (p problems) {
	if _, err := d.MarshalText(); err != nil {
		p = append(p, &ArgumentError{Name: name, Reason: "want a day that exists, like 2026-06-01"})
	}
	return p
}
