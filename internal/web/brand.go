package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"clientportal/internal/route"
)

// brandURL changes with the accent, so that browsers fetch the new one at once.
func brandURL(b Brand) string {
	return "/brand.css?accent=" + url.QueryEscape(b.Accent)
}

func brandIconURL(b Brand) string {
	return "/brand.svg?accent=" + url.QueryEscape(b.Accent)
}

// brandCSS is the one place where the agency's colour enters the styles.
func brandCSS(a Accent) string {
	return fmt.Sprintf(":root{--accent-light:%s;--accent-light-content:%s;--accent-dark:%s;--accent-dark-content:%s}\n",
		a.Light, a.LightContent, a.Dark, a.DarkContent)
}

// brandIcon is the mark on the accent, legible on light and dark tabs.
func brandIcon(a Accent) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="%s"/><path fill="%s" d="m16 4.5 2.3 9.2 9.2 2.3-9.2 2.3L16 27.5l-2.3-9.2L4.5 16l9.2-2.3z"/></svg>`+"\n",
		a.Light, a.LightContent)
}

// brandFile serves what is made of the agency's accent, which settings may change
// at any time: cached for minutes, then asked for again by ETag.
func brandFile(contentType string, accent func(context.Context) string, draw func(Accent) string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		body := []byte(draw(AccentOf(accent(r.Context()))))
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("ETag", `"`+fingerprint(body)+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
		return nil
	}
}
