package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// DefaultAccent is the colour of an agency that has not chosen one.
const DefaultAccent = "#0d5c6f"

// Accent is an agency's colour made readable: as text and as a button's ground,
// in each theme. The values are "#rrggbb".
type Accent struct {
	Light, LightContent string
	Dark, DarkContent   string
}

// readable is the least contrast of text, after WCAG 2.2 AA.
const readable = 4.5

// The grounds on which the accent stands as text: the darker page colour in the
// light theme, the raised panels in the dark one.
var (
	lightGround  = oklch{0.979, 0.003, 215}.rgb()
	darkGround   = oklch{0.235, 0.011, 225}.rgb()
	lightContent = rgb{1, 1, 1}
	darkContent  = oklch{0.19, 0.02, 225}.rgb()
)

// AccentOf derives the accent from the agency's colour: its hue stays, lightness
// and chroma move into the range that reads well. What is not "#rrggbb" counts as
// DefaultAccent.
func AccentOf(colour string) Accent {
	brand, ok := parseHex(colour)
	if !ok {
		brand, _ = parseHex(DefaultAccent)
	}
	lch := brand.oklch()
	light := lch.within(0.30, 0.48, 0.16).readableOn(lightGround, -0.01)
	dark := lch.within(0.76, 0.84, 0.12).readableOn(darkGround, +0.01)
	return Accent{
		Light: light.hex(), LightContent: lightContent.hex(),
		Dark: dark.hex(), DarkContent: darkContent.hex(),
	}
}

// ValidColour reports whether the text is a colour as settings take it: "#rrggbb".
func ValidColour(colour string) bool {
	_, ok := parseHex(colour)
	return ok
}

// readableOn moves the lightness by step until the colour reads well on the ground
// and on the ground tinted with the colour itself, as avatars are.
func (c oklch) readableOn(ground rgb, step float64) rgb {
	for ; c.l > 0 && c.l < 1; c.l += step {
		colour := c.rgb().rounded()
		if contrast(colour, ground) >= readable && contrast(colour, ground.mix(colour, 0.13)) >= readable {
			return colour
		}
	}
	return c.rgb()
}

func (c oklch) within(darkest, lightest, chroma float64) oklch {
	return oklch{min(max(c.l, darkest), lightest), min(c.c, chroma), c.h}
}

// rgb is a colour of sRGB, each part from 0 to 1.
type rgb struct{ r, g, b float64 }

func parseHex(s string) (rgb, bool) {
	digits, found := strings.CutPrefix(s, "#")
	if !found || len(digits) != 6 {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n>>16) / 255, float64(n>>8&0xff) / 255, float64(n&0xff) / 255}, true
}

func (c rgb) hex() string {
	part := func(v float64) int { return int(math.Round(min(max(v, 0), 1) * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c.r), part(c.g), part(c.b))
}

// rounded is the colour as its hex says it, so that what is measured is what is
// written.
func (c rgb) rounded() rgb {
	c, _ = parseHex(c.hex())
	return c
}

func (c rgb) mix(other rgb, share float64) rgb {
	part := func(a, b float64) float64 { return a*(1-share) + b*share }
	return rgb{part(c.r, other.r), part(c.g, other.g), part(c.b, other.b)}
}

// contrast is the WCAG ratio of two colours, from 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c rgb) luminance() float64 {
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func gamma(v float64) float64 {
	if v <= 0.0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}
