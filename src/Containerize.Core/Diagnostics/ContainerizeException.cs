namespace Containerize.Diagnostics;

/// <summary>
/// The one exception for what a user can cause. Its message says what was tried, on what, what came back and what to
/// do; it never holds a secret. Any other exception is a defect of ours.
/// </summary>
public sealed class ContainerizeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="diagnostic">The kind of problem.</param>
    /// <param name="message">
    /// The message for the user, without the code; private keys, and what may not go to a terminal, are taken out.
    /// </param>
    /// <param name="innerException">The platform's exception, if any.</param>
    public ContainerizeException(Diagnostic diagnostic, string message, Exception? innerException = null)
        : base(PlainText.Lines(Passwords.HideKeys(message)), innerException) => Diagnostic = diagnostic;

    /// <summary>The kind of problem, with its code and its page.</summary>
    public Diagnostic Diagnostic { get; }
}
