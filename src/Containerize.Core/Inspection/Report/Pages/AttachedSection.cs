namespace Containerize.Inspection.Report.Pages;

/// <summary>What lies beside the image, and what was checked of it.</summary>
internal static class AttachedSection
{
    public static void Write(Html html, ImageReport report)
    {
        if (report.Attached is not { } attached)
        {
            html.Leaf(
                "p",
                "Documents and signatures lie beside an image in a registry or an OCI layout, and this image was read "
                    + "from another place."
            );
            return;
        }

        if (attached.Fault is { } fault)
            html.Leaf("p", $"What lies beside the image is not known: {fault}", "class", "note");
        else if (attached.All.IsEmpty)
            html.Leaf("p", "Nothing lies beside the image: no SBOM, no provenance and no signature.");
        if (attached.All.IsEmpty)
            return;
        html.Leaf(
            "p",
            "A document without a signature is the word of everybody who may push to the repository, or change the "
                + "layout. containerize report --key checks signatures."
        );
        Tables.Open(
            html,
            "Documents and signatures",
            true,
            ("What", false),
            ("State", false),
            ("Type", false),
            ("Digest", false)
        );
        foreach (var attachment in attached.All)
        {
            html.Open("tr");
            Tables.Short(html, NameOf(attachment.Kind));
            html.Leaf("td", StateOf(attachment));
            Tables.Code(html, attachment.Type);
            Tables.Short(html, attachment.Digest);
            html.CloseLine();
        }

        Tables.Close(html);
    }

    private static string NameOf(AttachmentKind kind) =>
        kind switch
        {
            AttachmentKind.Sbom => "SBOM",
            AttachmentKind.Provenance => "provenance",
            AttachmentKind.Signature => "signature",
            _ => "other",
        };

    private static string StateOf(ReportedAttachment attachment) =>
        attachment.State switch
        {
            not AttachmentState.Invalid when attachment.Detail is { } detail => detail,
            AttachmentState.NotSigned => "about this image, not signed",
            AttachmentState.NotChecked => "signed, not checked: no key was given",
            AttachmentState.Valid => "signed by the key, for this image",
            _ => $"not valid: {attachment.Fault}",
        };
}
