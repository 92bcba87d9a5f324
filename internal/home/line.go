package home

import "clientportal/internal/web"

// line is one thing in a list that leads to it.
type line struct {
	href, title, meta string
	state             web.State
}
