package demo

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAStoryIsReadWhole(t *testing.T) {
	t.Parallel()
	s, err := parse(`Order {number} is late
by member
priority high
category Shop
project Relaunch
age 3d
let number = 17 | 18
& orders.csv
    order,days
    17,4

First line.

- a list
>> sam +20m takes
>> sam @3h asks
When?
& answer.pdf
    Title
>> owner +1d closes`)
	if err != nil {
		t.Fatal(err)
	}
	want := story{
		title: "Order {number} is late", by: "member", category: "Shop", project: "Relaunch", priority: "high", age: 72 * time.Hour,
		words:   map[string][]string{"number": {"17", "18"}},
		opening: speech{"First line.\n\n- a list", []file{{"orders.csv", []string{"order,days", "17,4"}}}},
		steps: []step{
			{who: "sam", verb: "takes", after: 20 * time.Minute},
			{who: "sam", verb: "asks", ago: 3 * time.Hour, speech: speech{"When?", []file{{"answer.pdf", []string{"Title"}}}}},
			{who: "owner", verb: "closes", after: 24 * time.Hour},
		},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("read %+v\nwant %+v", s, want)
	}
}

func TestAFaultyStoryIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Title\n\nNobody wrote this.",
		"Title\nby member",
		"Title\nby member\ncolour red\n\nText",
		"Title\nby member\nage soon\n\nText",
		"Title\nby member\n\nText\n>> sam takes",
		"Title\nby member\n\nText\n>> sam +1x takes",
		"Title\nby member\n\nText\n>> sam +1h dances",
		"Title\nby member\n\nText\n>> sam +1h asks",
		"Title\nby member\n\nText\n>> sam +1h takes\nand talks",
	} {
		if s, err := parse(text); err == nil {
			t.Errorf("%q was read as %+v", text, s)
		}
	}
	if filled, err := fill("Hello {nobody}", map[string]string{"owner": "Freya"}); err == nil {
		t.Errorf("a blank without a word became %q", filled)
	}
}

func TestTheCommonStoriesAreEnough(t *testing.T) {
	t.Parallel()
	all, err := stories("common")
	if err != nil || len(all) < commonStories {
		t.Errorf("%d common stories, %v", len(all), err)
	}
}

func TestInHours(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ given, day string }{
		{"Mon 2026-03-02 11:00", "Mon 2026-03-02"},
		{"Mon 2026-03-02 05:00", "Mon 2026-03-02"},
		{"Mon 2026-03-02 19:00", "Tue 2026-03-03"},
		{"Fri 2026-03-27 18:00", "Mon 2026-03-30"}, // over the night when the clocks change
		{"Sat 2026-03-28 11:00", "Mon 2026-03-30"},
	} {
		given, err := time.ParseInLocation("Mon 2006-01-02 15:04", c.given, berlin)
		if err != nil {
			t.Fatal(err)
		}
		got := inHours(given, berlin, random).In(berlin)
		if !strings.HasPrefix(got.Format("Mon 2006-01-02"), c.day) || got.Hour() < 8 || got.Hour() > 17 {
			t.Errorf("%s became %s", c.given, got)
		}
		if c.given[11:] == "11:00" && c.given[:3] == "Mon" && !got.Equal(given) {
			t.Errorf("%s, in working hours, became %s", c.given, got)
		}
	}
}
