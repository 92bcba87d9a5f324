package api

import (
	"cmp"
	"mime"
	"slices"
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
		specific := slices.Index([]string{"*/*", family + "/*", offer}, media)
		if err != nil || specific <= found.specific {
			continue
		}
		if quality, ok := qualityOf(parameters["q"]); ok {
			found = liking{quality, specific, place}
		}
	}
	return found
}

func qualityOf(q string) (quality float64, ok bool) {
	if q == "" {
		return 1, true
	}
	quality, err := strconv.ParseFloat(q, 64)
	return quality, err == nil && quality >= 0 && quality <= 1
}
