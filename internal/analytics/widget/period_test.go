package widget

import "testing"

func mustDay(t *testing.T, text string) Day {
	t.Helper()
	d, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPresetsAndWhatTheyAreComparedWith(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		today    string
		preset   Preset
		with     Comparison
		from, to string
		before   string
	}{
		{"2026-11-25", Last30Days, PreviousPeriod, "2026-10-26", "2026-11-24", "2026-09-26 to 2026-10-25"},
		{"2026-11-25", ThisMonth, PreviousPeriod, "2026-11-01", "2026-11-25", "2026-10-01 to 2026-10-25"},
		{"2026-03-31", ThisMonth, PreviousPeriod, "2026-03-01", "2026-03-31", "2026-02-01 to 2026-02-28"},
		{"2026-03-05", LastMonth, PreviousPeriod, "2026-02-01", "2026-02-28", "2026-01-01 to 2026-01-31"},
		{"2026-02-10", ThisQuarter, PreviousPeriod, "2026-01-01", "2026-02-10", "2025-10-01 to 2025-11-10"},
		{"2026-11-25", LastQuarter, PreviousPeriod, "2026-07-01", "2026-09-30", "2026-04-01 to 2026-06-30"},
		{"2024-02-29", ThisMonth, PreviousYear, "2024-02-01", "2024-02-29", "2023-02-01 to 2023-02-28"},
		{"2026-11-25", ThisYear, PreviousYear, "2026-01-01", "2026-11-25", "2025-01-01 to 2025-11-25"},
		{"2026-11-25", LastYear, PreviousPeriod, "2025-01-01", "2025-12-31", "2024-01-01 to 2024-12-31"},
	} {
		r, ok := PresetRange(c.preset, mustDay(t, c.today))
		before, compared := r.Compared(c.with)
		if got := before.From.String() + " to " + before.To.String(); !ok || !compared || r.From.String() != c.from || r.To.String() != c.to || got != c.before {
			t.Errorf("%s on %s: %s to %s beside %s, want %s to %s beside %s", c.preset, c.today, r.From, r.To, got, c.from, c.to, c.before)
		}
	}
}

func TestRangesAreWalkedByStepsOfTheirLength(t *testing.T) {
	t.Parallel()
	r := Range{From: mustDay(t, "2026-01-15"), To: mustDay(t, "2026-03-10")}
	for grain, want := range map[Grain]int{ByDay: 55, ByWeek: 8, ByMonth: 3} {
		if got := len(r.steps(grain)) - 1; got != want {
			t.Errorf("%s: %d steps, want %d", grain, got, want)
		}
	}
	if last := r.steps(ByMonth)[2]; last.String() != "2026-03-01" {
		t.Errorf("the last month begins %s", last)
	}
}

func TestConfigsAreUpgradedStepByStep(t *testing.T) {
	t.Parallel()
	steps := []func(map[string]any) error{
		func(config map[string]any) error { config["tiles"] = "of 2"; return nil },
		func(config map[string]any) error {
			config["widgets"], config["tiles"] = config["tiles"], nil
			return nil
		},
	}
	for from, want := range map[float64]any{1: "of 2", 2: "mine", 3: nil} {
		config := map[string]any{"version": from, "tiles": "mine"}
		if err := upgrade(config, steps); err != nil || config["version"] != 3.0 || config["widgets"] != want {
			t.Errorf("from version %v: %v, %v", from, config, err)
		}
	}
	if err := upgrade(map[string]any{"version": 4.0}, steps); err == nil {
		t.Error("a version of the future was taken")
	}
	if len(upgrades)+1 != Version {
		t.Errorf("%d upgrades lead to version %d", len(upgrades), Version)
	}
}
