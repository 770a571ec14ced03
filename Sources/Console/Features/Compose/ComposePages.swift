/// The Compose Wizard: four steps over one draft, which is saved as it is written.
enum ComposePages {
    static var routes: [Route] {
        ComposeDelivery.routes + ComposeMessage.routes + ComposeAutosave.routes + ComposeRecipients.routes
            + AudienceRoutes.all(for: .compose) + ComposeConfirm.routes + ComposePreviewFrame.routes
            + ComposeSend.routes
            + ComposeSchedule.routes
    }
}
