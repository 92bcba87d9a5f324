package web

import "math"

// oklch is a colour by lightness (0 to 1), chroma and hue (degrees), in which
// equal steps look equal. See Björn Ottosson, "A perceptual color space for image
// processing", whose matrices these are.
type oklch struct{ l, c, h float64 }

// rgb is the nearest colour of sRGB: same lightness and hue, chroma lowered until
// it fits.
func (c oklch) rgb() rgb {
	if colour := c.unbound(); colour.inGamut() {
		return colour
	}
	low, high := 0.0, c.c
	for range 24 {
		c.c = (low + high) / 2
		if c.unbound().inGamut() {
			low = c.c
		} else {
			high = c.c
		}
	}
	c.c = low
	return c.unbound()
}

func (c rgb) inGamut() bool {
	in := func(v float64) bool { return v >= -0.0001 && v <= 1.0001 }
	return in(c.r) && in(c.g) && in(c.b)
}

func (c oklch) unbound() rgb {
	sin, cos := math.Sincos(c.h * math.Pi / 180)
	a, b := c.c*cos, c.c*sin
	l := cube(c.l + 0.3963377774*a + 0.2158037573*b)
	m := cube(c.l - 0.1055613458*a - 0.0638541728*b)
	s := cube(c.l - 0.0894841775*a - 1.2914855480*b)
	return rgb{
		gamma(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		gamma(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		gamma(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
}

func (c rgb) oklch() oklch {
	r, g, b := linear(c.r), linear(c.g), linear(c.b)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return oklch{
		l: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		c: math.Hypot(x, y),
		h: math.Atan2(y, x) * 180 / math.Pi,
	}
}

func cube(v float64) float64 { return v * v * v }
