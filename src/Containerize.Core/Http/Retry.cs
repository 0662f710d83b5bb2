namespace Containerize.Http;

/// <summary>Tries again what may pass, a little later each time.</summary>
internal sealed class Retry(HttpOptions options)
{
    /// <summary>Runs the action until it succeeds, fails for good, or has had all its attempts.</summary>
    /// <param name="action">Gets the number of the attempt, from 1 on.</param>
    /// <param name="cancellationToken">Ends the wait too.</param>
    public async Task<T> RunAsync<T>(Func<int, Task<T>> action, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await action(attempt).ConfigureAwait(false);
            }
            catch (TransientException fault)
            {
                var wait = fault.Wait ?? Delay(attempt);
                if (attempt >= options.Attempts || fault.Wait > options.LongestWait || wait >= options.WaitLimit?.Left)
                {
                    options.WaitLimit?.Over(fault);
                    throw fault.Error;
                }

                options.Log(
                    $"{fault.Message} Attempt {attempt} of {options.Attempts}; the next one in "
                        + $"{wait.TotalSeconds:0.0} s."
                );
                await Task.Delay(wait, options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Without jitter all the blobs that failed together would come back together.
    private TimeSpan Delay(int attempt) => options.RetryDelay * Math.Pow(2, attempt - 1) * (0.75 + Jitter() / 2);

#pragma warning disable CA5394 // nothing secret depends on when we come back
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
