package when

import (
	"testing"
	"time"
)

// at reads a time in Berlin.
func berlin(t *testing.T, s string) time.Time {
	t.Helper()
	place, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, place)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWindows(t *testing.T) {
	const zone = " Europe/Berlin"
	for _, tt := range []struct {
		windows     []string
		at          string // in Berlin
		open, until string
	}{
		// 30 November 2026 is a Monday.
		{[]string{"Mon-Fri 08:00-18:00" + zone}, "2026-11-30 07:59", "2026-11-30 08:00", "2026-11-30 18:00"},
		{[]string{"Mon-Fri 08:00-18:00" + zone}, "2026-11-30 08:00", "2026-11-30 08:00", "2026-11-30 18:00"},
		{[]string{"Mon-Fri 08:00-18:00" + zone}, "2026-11-30 17:59", "2026-11-30 17:59", "2026-11-30 18:00"},
		{[]string{"Mon-Fri 08:00-18:00" + zone}, "2026-11-30 18:00", "2026-12-01 08:00", "2026-12-01 18:00"},
		{[]string{"Mon-Fri 08:00-18:00" + zone}, "2026-12-04 18:30", "2026-12-07 08:00", "2026-12-07 18:00"},
		{[]string{"08:00-18:00" + zone}, "2026-12-05 19:00", "2026-12-06 08:00", "2026-12-06 18:00"},
		{[]string{"Sun 0:00-24:00" + zone}, "2026-11-30 07:59", "2026-12-06 00:00", "2026-12-07 00:00"},
		{[]string{"sat-mon 08:00-18:00" + zone}, "2026-12-01 09:00", "2026-12-05 08:00", "2026-12-05 18:00"},
		{[]string{"Mon,Wed-Thu 08:00-18:00" + zone}, "2026-12-01 09:00", "2026-12-02 08:00", "2026-12-02 18:00"},
		// Over midnight: the night of Friday ends on Saturday.
		{[]string{"Fri 22:00-06:00" + zone}, "2026-12-05 05:00", "2026-12-05 05:00", "2026-12-05 06:00"},
		{[]string{"Fri 22:00-06:00" + zone}, "2026-12-05 06:00", "2026-12-11 22:00", "2026-12-12 06:00"},
		// Several.
		{[]string{"Mon 08:00-09:00" + zone, "Mon 12:00-13:00" + zone}, "2026-11-30 10:00", "2026-11-30 12:00", "2026-11-30 13:00"},
		{[]string{"Mon 08:00-12:00" + zone, "Mon 08:00-14:00" + zone}, "2026-11-30 10:00", "2026-11-30 10:00", "2026-11-30 14:00"},
		// Another place: 08:00 in New York is 14:00 in Berlin.
		{[]string{"Mon-Fri 08:00-18:00 America/New_York"}, "2026-11-30 10:00", "2026-11-30 14:00", "2026-12-01 00:00"},
		// Clocks are put back on 25 October 2026 at 03:00: the window has an hour more by no clock.
		{[]string{"08:00-18:00" + zone}, "2026-10-24 19:00", "2026-10-25 08:00", "2026-10-25 18:00"},
		// They are put forward on 28 March 2027 at 02:00, which that night does not have.
		{[]string{"Sun 02:00-03:00" + zone}, "2027-03-27 12:00", "2027-04-04 02:00", "2027-04-04 03:00"},
	} {
		var ws Windows
		for _, s := range tt.windows {
			w, err := ParseWindow(s, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			ws = append(ws, w)
		}
		open, until := ws.Next(berlin(t, tt.at))
		if want, end := berlin(t, tt.open), berlin(t, tt.until); !open.Equal(want) || !until.Equal(end) {
			t.Errorf("%v at %s: open %v until %v; want %v until %v", tt.windows, tt.at, open.In(want.Location()), until.In(want.Location()), want, end)
		}
	}
	if open, until := (Windows)(nil).Next(berlin(t, "2026-11-30 10:00")); !open.Equal(berlin(t, "2026-11-30 10:00")) || !until.IsZero() {
		t.Errorf("without windows: %v until %v", open, until)
	}
	for _, s := range []string{"", "Mon", "08:00", "08:00-08:00", "8-18", "Mon 08:00-25:00", "Mon 08:60-09:00", "Mon- 08:00-09:00", "24:00-06:00", "Mon 08:00-09:00 UTC x", "Mon 08:00-09:00 Local", "Mon-Fri 08:00 - 18:00"} {
		if w, err := ParseWindow(s, time.UTC); err == nil {
			t.Errorf("ParseWindow(%q) = %v; want an error", s, w)
		}
	}
}

func TestParseAt(t *testing.T) {
	now := berlin(t, "2026-11-30 10:00")
	for _, tt := range []struct{ in, want string }{
		{"10:01", "2026-11-30 10:01"},
		{"10:00", "2026-12-01 10:00"},
		{"8:00", "2026-12-01 08:00"},
		{"2026-12-01 08:00", "2026-12-01 08:00"},
		{"2026-12-01T08:00:00+01:00", "2026-12-01 08:00"},
		{"2026-12-01T08:00:00Z", "2026-12-01 09:00"},
	} {
		got, err := ParseAt(tt.in, now)
		if want := berlin(t, tt.want); err != nil || !got.Equal(want) {
			t.Errorf("ParseAt(%q) = %v, %v; want %v", tt.in, got, err, want)
		}
	}
	for _, s := range []string{"", "24:00", "soon", "2026-11-30 09:59", "2026-12-01", "2026-11-30T09:00:00+01:00"} {
		if got, err := ParseAt(s, now); err == nil {
			t.Errorf("ParseAt(%q) = %v; want an error", s, got)
		}
	}
}

func TestMoment(t *testing.T) {
	now := berlin(t, "2026-11-30 10:00")
	for _, tt := range []struct{ at, want string }{
		{"2026-11-30 23:59", "23:59"},
		{"2026-12-01 09:41", "Tue 09:41"},
		{"2026-12-06 09:41", "Sun 09:41"},
		{"2026-12-07 09:41", "Mon 7 Dec 09:41"},
		{"2026-11-29 09:41", "Sun 29 Nov 09:41"},
		{"2027-01-29 09:41", "Fri 29 Jan 09:41"},
		{"2030-01-29 09:41", "Tue 29 Jan 2030 09:41"},
	} {
		if got := Moment(berlin(t, tt.at).UTC(), now); got != tt.want {
			t.Errorf("Moment(%s) = %q; want %q", tt.at, got, tt.want)
		}
	}
	if got, want := Opening(berlin(t, "2026-12-01 09:41").Add(time.Millisecond), now), "Tue 09:42"; got != want {
		t.Errorf("Opening gives %q; want %q", got, want)
	}
	if got, want := Opening(berlin(t, "2026-12-01 09:41"), now), "Tue 09:41"; got != want {
		t.Errorf("Opening of a whole minute gives %q; want %q", got, want)
	}
}
