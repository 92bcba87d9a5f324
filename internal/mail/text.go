package mail

import (
	"slices"
	"strings"
)

// Text is the letter for readers without HTML.
func (l Letter) Text() string {
	parts := slices.Concat([]string{l.About, l.Title}, l.Intro, l.Paragraphs)
	if l.Quote.Author != "" {
		parts = append(parts, l.Quote.Author+" ("+l.Quote.From+"):")
		for _, p := range l.Quote.Paragraphs {
			parts = append(parts, "> "+strings.ReplaceAll(p, "\n", "\n> "))
		}
	}
	for _, item := range l.Items {
		parts = append(parts, paragraph("\n", item.Line()+" ("+item.When+")", item.Note, item.Href))
	}
	if l.Button.Href != "" {
		parts = append(parts, l.Button.Label+":\n"+l.Button.Href)
	}
	parts = append(append(parts, l.Note), l.Closing...)
	parts = append(parts, l.Signature, l.Reason)
	if l.SettingsURL != "" {
		parts = append(parts, "Choose what we send you:\n"+l.SettingsURL)
	}
	return paragraph("\n\n", parts...) + "\n"
}

// Opening is the first words of what is told.
func (l Letter) Opening() string {
	for _, text := range slices.Concat(l.Paragraphs, l.Quote.Paragraphs, l.Intro) {
		return text
	}
	return l.Title
}

// paragraph joins what is not empty.
func paragraph(between string, parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, between)
}
