package featurebase_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featurebase-community/featurebase-go"
)

func TestDate_isTheDayInTheZoneThatIsSaid(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("", 9*3600)
	at := time.Date(2026, 6, 1, 1, 0, 0, 0, tokyo)
	assert.Equal(t, featurebase.Date{Year: 2026, Month: time.June, Day: 1}, featurebase.DateOf(at, at.Location()))
	assert.Equal(t, featurebase.Date{Year: 2026, Month: time.May, Day: 31}, featurebase.DateOf(at, time.UTC))
}

func TestDate_isWrittenAndReadAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-06-01", "0000-01-01", "9999-12-31", "2024-02-29"} {
		d, err := featurebase.ParseDate(text)
		require.NoError(t, err)
		assert.Equal(t, text, d.String())
		b, err := json.Marshal(d)
		require.NoError(t, err)
		assert.Equal(t, `"`+text+`"`, string(b))
		var again featurebase.Date
		require.NoError(t, json.Unmarshal(b, &again))
		assert.Equal(t, d, again)
		assert.False(t, d.IsZero())
	}
	assert.True(t, featurebase.Date{}.IsZero())
}

func TestDate_existsOrIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2026-02-30", "2026-6-1", "2026-06-01T00:00:00Z", "10000-01-01", "-001-01-01", "01/06/2026"} {
		_, err := featurebase.ParseDate(text)
		assert.ErrorContains(t, err, "want a day that exists, like 2026-06-01", "%q", text)
		assert.Error(t, new(featurebase.Date).UnmarshalText([]byte(text)), "%q", text)
	}
	for _, d := range []featurebase.Date{{}, {Year: 2026, Month: 2, Day: 30}, {Year: 10000, Month: 1, Day: 1}, {Year: -1, Month: 1, Day: 1}} {
		_, err := d.MarshalText()
		assert.Error(t, err, "%v", d)
	}
}
