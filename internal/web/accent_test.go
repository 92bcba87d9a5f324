package web

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// Whatever colour an agency chooses, words in it and on it can be read.
func TestAccentContrast(t *testing.T) {
	t.Parallel()
	grounds := map[string]string{
		"white page": "#ffffff", "light sidebar": oklch{0.979, 0.003, 215}.rgb().hex(),
		"dark page": oklch{0.205, 0.01, 225}.rgb().hex(), "dark sidebar": oklch{0.175, 0.01, 225}.rgb().hex(),
		"dark panel": oklch{0.235, 0.011, 225}.rgb().hex(),
	}
	worst := math.Inf(1)
	check := func(brand, what, ink, ground string) {
		a, _ := parseHex(ink)
		b, _ := parseHex(ground)
		ratio := contrast(a, b)
		worst = min(worst, ratio)
		if ratio < readable {
			t.Errorf("brand %s: %s: %s on %s is %.2f", brand, what, ink, ground, ratio)
		}
	}
	for _, brand := range brands() {
		accent := AccentOf(brand)
		check(brand, "button in light", accent.LightContent, accent.Light)
		check(brand, "button in dark", accent.DarkContent, accent.Dark)
		for name, ground := range grounds {
			ink := accent.Light
			if strings.HasPrefix(name, "dark") {
				ink = accent.Dark
			}
			check(brand, "text on "+name, ink, ground)
			// An avatar's initials stand on a tint of their own colour.
			a, _ := parseHex(ink)
			b, _ := parseHex(ground)
			check(brand, "initials on "+name, ink, b.mix(a, 0.13).hex())
		}
	}
	t.Logf("worst contrast %.2f", worst)
}

// brands are colours of every hue, lightness and strength, and those that people
// type.
func brands() []string {
	all := []string{"#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff", "#808080", DefaultAccent, "", "blue", "#12345", "#gggggg"}
	for hue := 0.0; hue < 360; hue += 5 {
		for _, lightness := range []float64{0.05, 0.2, 0.4, 0.6, 0.8, 0.97} {
			for _, chroma := range []float64{0.02, 0.08, 0.16, 0.3} {
				all = append(all, oklch{lightness, chroma, hue}.rgb().hex())
			}
		}
	}
	return all
}

func TestAccentKeepsHue(t *testing.T) {
	t.Parallel()
	for _, brand := range []string{"#0d5c6f", "#b3261e", "#2f6f3e", "#6d28d9"} {
		given, _ := parseHex(brand)
		accent := AccentOf(brand)
		for _, derived := range []string{accent.Light, accent.Dark} {
			colour, _ := parseHex(derived)
			if off := math.Abs(math.Remainder(colour.oklch().h-given.oklch().h, 360)); off > 4 {
				t.Errorf("%s became %s: its hue moved by %.1f degrees", brand, derived, off)
			}
		}
	}
}

// The style sheet's own accent, for a page whose /brand.css does not come, is the
// default's.
func TestDefaultAccentInStyles(t *testing.T) {
	t.Parallel()
	accent := AccentOf(DefaultAccent)
	css := string(assets["portal.css"].plain)
	for _, rule := range []string{
		"--accent-light:" + accent.Light, "--accent-dark:" + accent.Dark, "--accent-dark-content:" + accent.DarkContent,
	} {
		if !strings.Contains(css, rule) {
			t.Errorf("portal.css lacks %q", rule)
		}
	}
}

func TestOklchRoundTrip(t *testing.T) {
	t.Parallel()
	for n := 0; n < 1<<24; n += 65_521 {
		given := fmt.Sprintf("#%06x", n)
		colour, ok := parseHex(given)
		if got := colour.oklch().rgb().hex(); !ok || got != given {
			t.Errorf("%s came back as %s", given, got)
		}
	}
}
