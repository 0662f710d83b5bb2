namespace Containerize.Compression.Deflate;

/// <summary>The tree that a Huffman code's lengths are read from: nodes are numbered as they were made, leaves first,
/// the root last.</summary>
internal sealed class HuffmanTree
{
    private readonly int _leaves;

    // Of a leaf its symbol and -1; of another node its two children.
    private readonly int[] _first;
    private readonly int[] _second;

    // What lies below a node, times 256, and how deep that is at least: of two equal ones the flatter comes first.
    private readonly int[] _weights;

    /// <summary>Joins the two lightest nodes until there is one.</summary>
    /// <param name="symbols">Two or more, as a heap by their frequencies; used up.</param>
    /// <param name="frequencies">By symbol.</param>
    public HuffmanTree(Span<int> symbols, ReadOnlySpan<int> frequencies)
    {
        _leaves = symbols.Length;
        var nodes = (2 * _leaves) - 1;
        (_first, _second, _weights) = (new int[nodes], new int[nodes], new int[nodes]);
        for (var leaf = 0; leaf < _leaves; leaf++)
        {
            (_first[leaf], _second[leaf], _weights[leaf]) = (symbols[leaf], -1, frequencies[symbols[leaf]] << 8);
            symbols[leaf] = leaf;
        }

        var heap = symbols;
        for (var node = _leaves; node < nodes; node++)
        {
            var (one, last) = (heap[0], heap[^1]);
            heap = heap[..^1];
            ReplaceLightest(heap, last);
            var other = heap[0];
            (_first[node], _second[node]) = (one, other);
            _weights[node] =
                _weights[one] + _weights[other] - Math.Min(_weights[one] & 0xFF, _weights[other] & 0xFF) + 1;
            ReplaceLightest(heap, node);
        }
    }

    /// <summary>How long each symbol's code is, none longer than it may be.</summary>
    public byte[] Lengths(int symbols, int mostBits)
    {
        var lengths = new byte[symbols];
        Span<int> depths = stackalloc int[_first.Length];
        Span<int> counts = stackalloc int[mostBits + 1];
        counts.Clear();
        depths[^1] = 0;
        var tooDeep = 0;
        for (var node = _first.Length - 1; node >= 0; node--)
        {
            if (_second[node] < 0)
            {
                counts[depths[node]]++;
                lengths[_first[node]] = (byte)depths[node];
                continue;
            }

            var depth = depths[node] + 1;
            if (depth > mostBits)
                (depth, tooDeep) = (mostBits, tooDeep + 1);
            depths[_first[node]] = depths[_second[node]] = depth;
        }

        if (tooDeep > 0)
        {
            MakeRoom(counts, tooDeep, mostBits);
            Deal(counts, lengths, mostBits);
        }

        return lengths;
    }

    // A code one bit longer leaves room for others below it, twice as many with each level that it lies higher.
    private static void MakeRoom(Span<int> counts, int tooDeep, int mostBits)
    {
        var bits = mostBits;
        do
        {
            do bits--;
            while (counts[bits] == 0);
            do
            {
                counts[bits]--;
                counts[++bits]++;
                tooDeep -= 1 << (mostBits - bits);
            } while (tooDeep > 0 && bits < mostBits);
        } while (tooDeep > 0);
        counts[mostBits] += tooDeep;
        counts[mostBits - 1] -= tooDeep;
    }

    // The rarest symbols, which were joined first, get the longest codes.
    private void Deal(Span<int> counts, byte[] lengths, int mostBits)
    {
        var at = 2 * _leaves;
        for (var bits = mostBits; bits > 0; bits--)
        {
            for (var left = counts[bits]; left > 0; at++)
            {
                var node = at % 2 == 0 ? _first[at / 2] : _second[at / 2];
                if (_second[node] >= 0)
                    continue;
                lengths[_first[node]] = (byte)bits;
                left--;
            }
        }
    }

    // The hole goes down to a leaf of the heap, and the node up from there.
    private void ReplaceLightest(Span<int> heap, int node)
    {
        var hole = 0;
        for (var below = 1; below < heap.Length; below = (2 * hole) + 1)
        {
            if (below + 1 < heap.Length && _weights[heap[below]] > _weights[heap[below + 1]])
                below++;
            heap[hole] = heap[below];
            hole = below;
        }

        for (int above; hole > 0 && _weights[heap[above = (hole - 1) / 2]] > _weights[node]; hole = above)
            heap[hole] = heap[above];
        heap[hole] = node;
    }
}
