package api

import (
	"cmp"
	"mime"
	"strconv"
	"strings"
)

// liking is how much an Accept header likes a media type, and by which of its parts.
type liking struct {
	quality  float64
	specific int // 2: by its name, 1: by its family ("text/*"), 0: as anything
	place    int
}

// better orders by quality, then what is named more closely, then what is named first.
func (l liking) better(than liking) bool {
	return cmp.Or(cmp.Compare(l.quality, than.quality), cmp.Compare(l.specific, than.specific), cmp.Compare(than.place, l.place)) > 0
}

// Preferred is that of the offered media types which an Accept header likes best
// (RFC 9110, section 12.5.1). Where it likes none of them, or says nothing, it is the
// first: an answer that was not asked for is of more use than none.
func Preferred(accept string, offers ...string) string {
	best, most := offers[0], liking{}
	for _, offer := range offers {
		if l := likingOf(accept, offer); l.quality > 0 && l.better(most) {
			best, most = offer, l
		}
	}
	return best
}

// likingOf is how much the header likes an offer: its closest part says so.
func likingOf(accept, offer string) (found liking) {
	family, _, _ := strings.Cut(offer, "/")
	found.specific = -1
	place := 0
	for part := range strings.SplitSeq(accept, ",") {
		place++
		media, parameters, err := mime.ParseMediaType(part)
		specific := map[string]int{offer: 2, family + "/*": 1, "*/*": 0}
		closeness, matches := specific[media]
		if err != nil || !matches || closeness <= found.specific {
			continue
		}
		quality := 1.0
		if q, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(q, 64); err != nil || !(quality >= 0 && quality <= 1) {
				continue
			}
		}
		found = liking{quality, closeness, place}
	}
	return found
}
