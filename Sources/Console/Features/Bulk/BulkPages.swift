/// Pages for bulk communications: a message template sent to many receivers.
enum BulkPages {
    static var routes: [Route] {
        BulkList.routes + BulkEditor.routes + BulkDetail.routes + BulkPreview.routes + BulkPublish.routes
            + BulkControl.routes + AudienceRoutes.all(for: .bulk)
    }
}
