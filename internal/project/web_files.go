package project

import (
	"strings"

	"clientportal/internal/web"
)

// files are attachments as the page lists them.
func (v projectView) files(attachments []File) []web.File {
	at := clientProjects
	if v.staff {
		at = staffProjects
	}
	at += "/" + v.QuoteID.String() + "/attachments/"
	files := make([]web.File, len(attachments))
	for i, a := range attachments {
		files[i] = web.File{
			Name: a.FileName, Href: at + a.ID.String(), Bytes: a.SizeBytes, Image: strings.HasPrefix(a.ContentType, "image/"),
		}
	}
	return files
}

// filesOfRound are those of the round that is to be decided on, or was.
func (d Deliverable) filesOfRound() (files []File) {
	for _, a := range d.Attachments {
		if a.Round != nil && int(*a.Round) == d.Round {
			files = append(files, a)
		}
	}
	return files
}

// earlierFiles are those of the rounds before.
func (d Deliverable) earlierFiles() (files []File) {
	for _, a := range d.Attachments {
		if a.Round != nil && int(*a.Round) < d.Round {
			files = append(files, a)
		}
	}
	return files
}
