dag
